//! The rules of workspace kinds, quotas and credits.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Violation, check_limit};
use super::problem::{item_path, key_path};
use super::{Blueprint, FieldRule, WorkspaceKind};
use crate::credits::Amount;
use crate::{FieldType, Invalid, LimitName};

/// Words that stand in paths where a kind's plural would.
const IN_PATHS: [&str; 13] = [
    "api",
    "auth",
    "docs",
    "domains",
    "health",
    "healthz",
    "invitations",
    "metrics",
    "organizations",
    "plans",
    "platform",
    "readyz",
    "users",
];

impl Blueprint {
    pub(super) fn check_workspace_kinds(&self, violations: &mut Vec<Violation>) {
        let mut violation = |key, other, rule| violations.push(Violation { key, other, rule });
        let kinds = &self.workspace_kinds.0;
        if kinds.is_empty() {
            let rule = Invalid::new("no_kind", "must have at least one kind of workspace");
            violation("workspace_kinds".to_owned(), None, rule);
        }
        let (mut names, mut plurals) = (BTreeMap::new(), BTreeMap::new());
        let mut personal = None;
        for (index, kind) in kinds.iter().enumerate() {
            let key = item_path("workspace_kinds", index);
            if let Some(before) = names.insert(&kind.name, index) {
                let other = key_path(&item_path("workspace_kinds", before), "name");
                let rule = Invalid::new("not_unique", "is the name of another kind already");
                violation(key_path(&key, "name"), Some(other.into()), rule);
            }
            if let Some(before) = plurals.insert(&kind.plural, index) {
                let other = key_path(&item_path("workspace_kinds", before), "plural");
                let rule = Invalid::new("not_unique", "is the plural of another kind already");
                violation(key_path(&key, "plural"), Some(other.into()), rule);
            } else if let Err(rule) = self.check_plural(&kind.plural) {
                violation(key_path(&key, "plural"), None, rule);
            }
            if kind.can_be_personal
                && let Some(before) = personal.replace(index)
            {
                let other = key_path(&item_path("workspace_kinds", before), "can_be_personal");
                let rule =
                    Invalid::new("second_personal", "is so of another kind already: everybody has one of one kind");
                violation(key_path(&key, "can_be_personal"), Some(other.into()), rule);
            }
            for (name, number) in &kind.limits {
                if let Err(rule) = WorkspaceKind::own_limit(*number) {
                    violation(key_path(&key_path(&key, "limits"), name.as_str()), None, rule);
                }
            }
            for (name, rule) in &kind.fields {
                let path = key_path(&key_path(&key_path(&key, "fields"), name.as_str()), "choices");
                if !rule.choices.is_empty() && rule.field_type != FieldType::Text {
                    violation(path, None, Invalid::new("not_a_text", "only a text has choices"));
                    continue;
                }
                let mut seen = BTreeSet::new();
                for (place, choice) in rule.choices.iter().enumerate() {
                    if let Err(rule) = check_choice(choice, seen.insert(choice)) {
                        violation(item_path(&path, place), None, rule);
                    }
                }
            }
        }
    }

    fn check_plural(&self, plural: &LimitName) -> Result<(), Invalid> {
        let text = plural.as_str();
        if text == LimitName::WORKSPACES {
            // A quota of that name is refused as that.
            return match self.workspace_kinds.0.len() {
                1 => Ok(()),
                _ => Err(Invalid::new("reserved", "stands for all kinds together, where there are several")),
            };
        }
        if text == LimitName::MEMBERS || self.quotas.get(text).is_some() || IN_PATHS.contains(&text) {
            return Err(Invalid::new("reserved", "means something else already, in a path or as a limit"));
        }
        Ok(())
    }

    pub(super) fn check_credits(&self, violations: &mut Vec<Violation>) {
        for (name, price) in &self.credits.operations {
            if let Err(rule) = Amount::new(*price) {
                violations.push(Violation { key: key_path("credits.operations", name.as_str()), other: None, rule });
            }
        }
        let quotas = [
            ("default_monthly_quota", self.credits.default_monthly_quota),
            ("default_daily_quota", self.credits.default_daily_quota),
        ];
        for (key, quota) in quotas {
            if let Err(rule) = check_limit(quota) {
                violations.push(Violation { key: key_path("credits", key), other: None, rule });
            }
        }
    }

    pub(super) fn check_quotas(&self, violations: &mut Vec<Violation>) {
        let mut names = BTreeMap::new();
        for (index, quota) in self.quotas.0.iter().enumerate() {
            let key = key_path(&item_path("quotas", index), "name");
            if [LimitName::MEMBERS, LimitName::WORKSPACES].contains(&quota.name.as_str()) {
                let rule = Invalid::new("reserved", "is a limit that Guildhall counts itself");
                violations.push(Violation { key, other: None, rule });
            } else if let Some(before) = names.insert(&quota.name, index) {
                let other = key_path(&item_path("quotas", before), "name");
                let rule = Invalid::new("not_unique", "is the name of another quota already");
                violations.push(Violation { key, other: Some(other.into()), rule });
            }
        }
    }
}

/// A choice that a value can be: one with space around it would never be met,
/// since values have none.
fn check_choice(choice: &str, is_new: bool) -> Result<(), Invalid> {
    if FieldRule::choice(choice)? != choice {
        return Err(Invalid::new("not_trimmed", "must have no space at either end"));
    }
    if is_new { Ok(()) } else { Err(Invalid::new("not_unique", "is a choice already")) }
}
