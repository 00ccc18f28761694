use std::borrow::Cow;
use std::collections::BTreeMap;

use uuid::Uuid;

use super::problem::{item_path, key_path};
use super::{Blueprint, BlueprintError, BlueprintProblem, DefaultRole, Registration, SessionRules, SignUpOrganization};
use crate::{Invalid, Limit, MemberRole, Name, Plan, PlanName};

/// A rule that a blueprint breaks.
pub(super) struct Violation {
    /// The key at which it is to be mended.
    pub key: String,
    /// The other key that the rule is about, if any. Only a file cares which of both it has.
    #[cfg_attr(not(feature = "toml"), allow(dead_code))]
    pub other: Option<Cow<'static, str>>,
    /// The rule.
    pub rule: Invalid,
}

impl Blueprint {
    /// Checks what the types of the fields cannot: a blueprint that is not read
    /// from a file is to be checked before it is used.
    ///
    /// # Errors
    /// [`BlueprintError`] with every broken rule.
    pub fn check(&self) -> Result<(), BlueprintError> {
        let problems: Vec<_> = self
            .violations()
            .into_iter()
            .map(|Violation { key, rule, .. }| BlueprintProblem { line: None, key, rule })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(BlueprintError::new(problems)) }
    }

    pub(super) fn violations(&self) -> Vec<Violation> {
        let mut violations = Vec::new();
        self.check_sign_up(&mut violations);
        self.check_default_role(&mut violations);
        self.check_aliases(&mut violations);
        self.check_sessions(&mut violations);
        self.check_plans(&mut violations);
        self.check_workspace_kinds(&mut violations);
        self.check_quotas(&mut violations);
        self.check_credits(&mut violations);
        violations
    }

    fn check_sign_up(&self, violations: &mut Vec<Violation>) {
        if self.signup.organization_domain.is_some() && self.signup.organization != SignUpOrganization::Default {
            violations.push(Violation {
                key: "signup.organization_domain".to_owned(),
                other: Some("signup.organization".into()),
                rule: Invalid::new(
                    "no_default_organization",
                    "belongs to the organization that all share: leave it out, or set `signup.organization` to \"default\"",
                ),
            });
        }
    }

    fn check_default_role(&self, violations: &mut Vec<Violation>) {
        let open_to_all =
            self.signup.organization == SignUpOrganization::Default && self.signup.registration == Registration::Open;
        if open_to_all && self.roles.default == DefaultRole::Admin {
            violations.push(Violation {
                key: "roles.default".to_owned(),
                other: Some("signup.organization".into()),
                rule: Invalid::new(
                    "everybody_admin",
                    "would make whoever registers an admin of the organization that all share: \
                     set it to \"member\", or close `signup.registration`",
                ),
            });
        }
    }

    fn check_aliases(&self, violations: &mut Vec<Violation>) {
        for (alias, role) in &self.roles.aliases {
            if let Err(rule) = check_alias(alias, role.role()) {
                violations.push(Violation { key: key_path("roles.aliases", alias), other: None, rule });
            }
        }
    }

    fn check_sessions(&self, violations: &mut Vec<Violation>) {
        let SessionRules { absolute_seconds, idle_seconds } = self.sessions;
        for (key, value) in [("sessions.absolute_seconds", absolute_seconds), ("sessions.idle_seconds", idle_seconds)] {
            if let Err(rule) = SessionRules::seconds(value.into()) {
                violations.push(Violation { key: key.to_owned(), other: None, rule });
            }
        }
        if idle_seconds > absolute_seconds {
            violations.push(Violation {
                key: "sessions.idle_seconds".to_owned(),
                other: Some("sessions.absolute_seconds".into()),
                rule: Invalid::new(
                    "idle_beyond_absolute",
                    format!(
                        "makes sessions idle ({idle_seconds} s) for longer than they last ({absolute_seconds} s): \
                         lower `sessions.idle_seconds` or raise `sessions.absolute_seconds`"
                    ),
                ),
            });
        }
    }

    fn check_plans(&self, violations: &mut Vec<Violation>) {
        let mut violation = |key, other, rule| violations.push(Violation { key, other, rule });
        if self.plans.0.is_empty() {
            let rule = Invalid::new("no_plan", "must have at least one plan, which new organizations are on");
            violation("plans".to_owned(), None, rule);
        }
        let mut names: BTreeMap<&PlanName, usize> = BTreeMap::new();
        for (index, plan) in self.plans.0.iter().enumerate() {
            let key = item_path("plans", index);
            if let Some(before) = names.insert(&plan.name, index) {
                let other = key_path(&item_path("plans", before), "name");
                let rule = Invalid::new("not_unique", "is the name of another plan already");
                violation(key_path(&key, "name"), Some(other.into()), rule);
            }
            for (name, limit) in &plan.limits {
                if let Err(rule) = self.known_limit(name.as_str()).and_then(|_| check_limit(*limit)) {
                    violation(key_path(&key_path(&key, "limits"), name.as_str()), None, rule);
                }
            }
            if let Err(rule) = Plan::credits(plan.monthly_credits) {
                violation(key_path(&key, "monthly_credits"), None, rule);
            }
        }
    }
}

/// A limit that is the same after it was written and read: one of 0 would come back as none.
pub(super) fn check_limit(limit: Limit) -> Result<(), Invalid> {
    if Limit::from_wire(limit.to_wire())? == limit {
        Ok(())
    } else {
        Err(Invalid::new("out_of_range", "must be unlimited, or at most 1 or more"))
    }
}

/// An alias stands for one built-in role wherever a role is named, so it must
/// not be what a role is named already, nor look like a custom role's id.
fn check_alias(alias: &str, role: MemberRole) -> Result<(), Invalid> {
    let name = Name::parse(alias)?;
    if name.as_str().to_lowercase() != alias {
        return Err(Invalid::new("not_lower_case", "must be in lower case, without space at either end"));
    }
    let is_a_name = MemberRole::BUILT_IN.iter().any(|role| role.as_str() == alias) || alias == "custom";
    if is_a_name {
        return Err(Invalid::new("reserved", "is the name of a role, which cannot be an alias"));
    }
    if Uuid::try_parse(alias).is_ok() {
        return Err(Invalid::new("reserved", "is an id, which stands for a custom role"));
    }
    match MemberRole::parse_built_in(alias) {
        Some(known) if known != role => {
            Err(Invalid::new("reserved", format!("always stands for {}, and for nothing else", known.as_str())))
        }
        _ => Ok(()),
    }
}
