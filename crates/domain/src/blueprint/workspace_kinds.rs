use std::collections::BTreeMap;

use crate::text_value::checked;
use crate::{
    AccessLevel, Description, FieldName, FieldType, FieldValue, Invalid, Limit, LimitName, Name, Workspace,
    WorkspaceKindName,
};

/// The kinds of workspaces of a deployment, in order; at least one. A
/// workspace that names no kind is of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct WorkspaceKinds(pub Vec<WorkspaceKind>);

/// A kind of workspace (S-14, C-21): what the product calls it, and what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct WorkspaceKind {
    /// Its name in programs, in the singular.
    pub name: WorkspaceKindName,
    /// The same in the plural: the path under which its workspaces answer, and
    /// the name of their limit.
    pub plural: LimitName,
    /// What people call it; its name where nothing is said.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub label: Option<Name>,
    /// What every member of the organization may do in a new one.
    #[cfg_attr(feature = "serde", serde(default))]
    pub default_access: DefaultWorkspaceAccess,
    /// Whether every member gets one of their own (M-50); of at most one kind.
    #[cfg_attr(feature = "serde", serde(default))]
    pub can_be_personal: bool,
    /// Its own limits, such as `max_agents` (C-14), each with what a new one
    /// has. 0 is none.
    #[cfg_attr(feature = "serde", serde(default))]
    pub limits: BTreeMap<LimitName, u64>,
    /// What it has beside name and description.
    #[cfg_attr(feature = "serde", serde(default))]
    pub fields: BTreeMap<FieldName, FieldRule>,
}

/// What every member of the organization may do in a workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum DefaultWorkspaceAccess {
    /// Nothing, without a grant.
    #[default]
    None,
    /// Read.
    Read,
    /// Write.
    Write,
}

impl DefaultWorkspaceAccess {
    /// The same as a level.
    pub fn level(self) -> Option<AccessLevel> {
        match self {
            Self::None => None,
            Self::Read => Some(AccessLevel::Read),
            Self::Write => Some(AccessLevel::Write),
        }
    }
}

/// What a declared field may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct FieldRule {
    /// What kind of value.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub field_type: FieldType,
    /// Whether a workspace must have it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub required: bool,
    /// Of a text: the only values that there are; any where none is named.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub choices: Vec<String>,
}

impl FieldRule {
    /// Checks a choice: what [`FieldValue::text`] lets through.
    pub(super) fn choice(text: &str) -> Result<String, Invalid> {
        checked(text, Description::MAX, true)
    }

    /// Checks a value.
    ///
    /// # Errors
    /// `wrong_type`, `unknown_value`, or as the bounds of [`FieldValue::text`]
    /// and [`FieldValue::integer`].
    pub fn check(&self, value: &FieldValue) -> Result<(), Invalid> {
        if value.field_type() != self.field_type {
            return Err(Invalid::new("wrong_type", format!("must be of type {}", self.field_type.as_str())));
        }
        value.within_bounds()?;
        match value {
            FieldValue::Text(text) if !self.choices.is_empty() && !self.choices.contains(text) => {
                Err(Invalid::new("unknown_value", format!("must be one of {}", self.choices.join(", "))))
            }
            _ => Ok(()),
        }
    }
}

impl WorkspaceKind {
    /// A kind without limits and fields, that is nobody's own.
    pub fn new(name: WorkspaceKindName, plural: LimitName) -> Self {
        Self {
            name,
            plural,
            label: None,
            default_access: DefaultWorkspaceAccess::None,
            can_be_personal: false,
            limits: BTreeMap::new(),
            fields: BTreeMap::new(),
        }
    }

    /// Checks one of its own limits.
    pub(super) fn own_limit(number: u64) -> Result<u64, Invalid> {
        if number <= Limit::MAX {
            Ok(number)
        } else {
            Err(Invalid::new("out_of_range", "must be from 0, which is none, to 9007199254740991"))
        }
    }

    /// What people call it.
    pub fn label(&self) -> &str {
        self.label.as_ref().map_or(self.name.as_str(), Name::as_str)
    }

    /// Checks what a workspace has of its kind: every limit within what JSON
    /// keeps, every field as declared, none undeclared, and the required ones
    /// there.
    ///
    /// # Errors
    /// The JSON pointer of what is wrong, and why: `unknown_limit`,
    /// `out_of_range`, `unknown_field`, `required`, or as [`FieldRule::check`].
    pub fn check(&self, workspace: &Workspace) -> Result<(), (String, Invalid)> {
        self.check_values(&workspace.limits, &workspace.fields)?;
        let missing = self.fields.iter().find(|(name, rule)| rule.required && !workspace.fields.contains_key(*name));
        match missing {
            // Nobody is asked for the fields of what comes by itself.
            Some(_) if workspace.is_personal() => Ok(()),
            Some((name, _)) => Err((format!("/fields/{}", name.as_str()), Invalid::new("required", "must be given"))),
            None => Ok(()),
        }
    }

    /// Checks a change of a workspace: only what it touches, so that one from
    /// before the blueprint changed can still be given another name.
    ///
    /// # Errors
    /// As [`WorkspaceKind::check`].
    pub fn check_change(&self, before: &Workspace, after: &Workspace) -> Result<(), (String, Invalid)> {
        let limits = after.limits.iter().filter(|(name, limit)| before.limits.get(*name) != Some(*limit));
        let limits = limits.map(|(name, limit)| (name.clone(), *limit)).collect();
        let fields = after.fields.iter().filter(|(name, value)| before.fields.get(*name) != Some(*value));
        let fields = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
        self.check_values(&limits, &fields)?;
        let required = |name: &&FieldName| self.fields.get(*name).is_some_and(|rule| rule.required);
        match before.fields.keys().find(|name| !after.fields.contains_key(*name) && required(name)) {
            Some(_) if after.is_personal() => Ok(()),
            Some(name) => Err((format!("/fields/{}", name.as_str()), Invalid::new("required", "must be given"))),
            None => Ok(()),
        }
    }

    fn check_values(
        &self,
        limits: &BTreeMap<LimitName, u64>,
        fields: &BTreeMap<FieldName, FieldValue>,
    ) -> Result<(), (String, Invalid)> {
        for (name, number) in limits {
            let at = || format!("/limits/{}", name.as_str());
            if !self.limits.contains_key(name) {
                return Err((at(), Invalid::new("unknown_limit", self.known("limit", self.limits.keys()))));
            }
            Self::own_limit(*number).map_err(|invalid| (at(), invalid))?;
        }
        for (name, value) in fields {
            let at = || format!("/fields/{}", name.as_str());
            let Some(rule) = self.fields.get(name) else {
                return Err((at(), Invalid::new("unknown_field", self.known("field", self.fields.keys()))));
            };
            rule.check(value).map_err(|invalid| (at(), invalid))?;
        }
        Ok(())
    }

    fn known<'a>(&self, what: &str, names: impl Iterator<Item = impl std::fmt::Display + 'a>) -> String {
        let names: Vec<_> = names.map(|name| name.to_string()).collect();
        let kind = self.label();
        if names.is_empty() {
            format!("is no {what} of a {kind}: it has none")
        } else {
            format!("is no {what} of a {kind}; known are: {}", names.join(", "))
        }
    }
}

impl WorkspaceKinds {
    /// The kind of a workspace that names none.
    pub fn first(&self) -> Option<&WorkspaceKind> {
        self.0.first()
    }

    /// A kind by its name.
    pub fn get(&self, name: &WorkspaceKindName) -> Option<&WorkspaceKind> {
        self.0.iter().find(|kind| kind.name == *name)
    }

    /// A kind by its plural.
    pub fn of_plural(&self, plural: &str) -> Option<&WorkspaceKind> {
        self.0.iter().find(|kind| kind.plural.as_str() == plural)
    }

    /// The kind of which every member has one of their own, if any (M-50).
    pub fn personal(&self) -> Option<&WorkspaceKind> {
        self.0.iter().find(|kind| kind.can_be_personal)
    }
}

impl Default for WorkspaceKinds {
    /// One: `workspace`, `workspaces`.
    fn default() -> Self {
        Self(vec![WorkspaceKind::new(WorkspaceKindName::workspace(), LimitName::workspaces())])
    }
}
