//! Which key is which field.

use super::super::{
    BillingRules, Blueprint, CreditRules, DefaultAccess, DefaultRole, InvitationExpiry, InvitationMode,
    InvitationRules, MembershipMode, OnboardingRules, Quota, Registration, RoleLabels, RoleRules, SessionRules,
    SignUpOrganization, SignUpRules, WorkspaceKind,
};
use super::reader::Section;
use super::value::{choice, flag, not_negative, number, text};
use crate::credits::Amount;
use crate::{FeatureName, Invalid, Limit, LimitName, Plan, PlanName};

const ROLES: &[(&str, DefaultRole)] = &[("member", DefaultRole::Member), ("admin", DefaultRole::Admin)];

impl Blueprint {
    pub(super) fn read(&mut self, mut root: Section<'_, '_>) {
        let modes = [("many", MembershipMode::Many), ("exclusive", MembershipMode::Exclusive)];
        root.read("membership", &mut self.membership, choice(&modes));
        let access = [("none", DefaultAccess::None), ("all", DefaultAccess::All)];
        root.read("default_member_access", &mut self.default_member_access, choice(&access));
        self.signup.read(root.section("signup"));
        self.roles.read(root.section("roles"));
        self.invitations.read(root.section("invitations"));
        self.onboarding.read(root.section("onboarding"));
        self.sessions.read(root.section("sessions"));
        self.billing.read(root.section("billing"));
        root.read_sections("workspace_kinds", &mut self.workspace_kinds.0, WorkspaceKind::read);
        root.read_sections("quotas", &mut self.quotas.0, Quota::read);
        self.credits.read(root.section("credits"));
        root.read_sections("plans", &mut self.plans.0, Plan::read);
        root.close();
    }
}

impl SignUpRules {
    fn read(&mut self, mut section: Section<'_, '_>) {
        let registration =
            [("open", Registration::Open), ("invited", Registration::Invited), ("closed", Registration::Closed)];
        section.read("registration", &mut self.registration, choice(&registration));
        let organization = [
            ("personal", SignUpOrganization::Personal),
            ("default", SignUpOrganization::Default),
            ("none", SignUpOrganization::None),
        ];
        section.read("organization", &mut self.organization, choice(&organization));
        section.read("organization_name", &mut self.organization_name, text);
        section.read("organization_domain", &mut self.organization_domain, |value| text(value).map(Some));
        section.close();
    }
}

impl RoleRules {
    fn read(&mut self, mut section: Section<'_, '_>) {
        section.read("default", &mut self.default, choice(ROLES));
        self.labels.read(section.section("labels"));
        self.aliases = section.section("aliases").read_all(|alias, value| {
            let not_a_role = |_| Invalid::new("unknown_value", "must stand for \"member\" or \"admin\"");
            Ok((alias.to_owned(), choice(ROLES)(value).map_err(not_a_role)?))
        });
        section.close();
    }
}

impl RoleLabels {
    fn read(&mut self, mut section: Section<'_, '_>) {
        for (key, label) in [("owner", &mut self.owner), ("admin", &mut self.admin), ("member", &mut self.member)] {
            section.read(key, label, |value| text(value).map(Some));
        }
        section.close();
    }
}

impl InvitationRules {
    fn read(&mut self, mut section: Section<'_, '_>) {
        let modes = [("link", InvitationMode::Link), ("direct", InvitationMode::Direct)];
        section.read("mode", &mut self.mode, choice(&modes));
        section.read("expires_after_days", &mut self.expires_after_days, number(InvitationExpiry::days));
        section.read("auto_accept", &mut self.auto_accept, flag);
        section.close();
    }
}

impl OnboardingRules {
    fn read(&mut self, mut section: Section<'_, '_>) {
        section.read("required", &mut self.required, flag);
        section.close();
    }
}

impl SessionRules {
    fn read(&mut self, mut section: Section<'_, '_>) {
        section.read("absolute_seconds", &mut self.absolute_seconds, number(SessionRules::seconds));
        section.read("idle_seconds", &mut self.idle_seconds, number(SessionRules::seconds));
        section.close();
    }
}

impl BillingRules {
    fn read(&mut self, mut section: Section<'_, '_>) {
        section.read("self_service", &mut self.self_service, flag);
        section.close();
    }
}

impl CreditRules {
    fn read(&mut self, mut section: Section<'_, '_>) {
        let quota = || number(|it| Limit::from_wire(not_negative(it)));
        section.read("default_monthly_quota", &mut self.default_monthly_quota, quota());
        section.read("default_daily_quota", &mut self.default_daily_quota, quota());
        self.operations = section.section("operations").read_all(|name, value| {
            let name = LimitName::parse(name)?;
            Ok((name, number(|it| Amount::new(not_negative(it)))(value)?.get()))
        });
        section.close();
    }
}

impl Plan {
    fn read(mut section: Section<'_, '_>) -> Self {
        let mut plan = Self::new(PlanName::free());
        section.require("name", &mut plan.name, text);
        section.read("label", &mut plan.label, |value| text(value).map(Some));
        section.read_items("features", &mut plan.features, text::<FeatureName>);
        section.read("rate_class", &mut plan.rate_class, |value| text(value).map(Some));
        section.read("monthly_credits", &mut plan.monthly_credits, number(|it| Self::credits(not_negative(it))));
        section.read("support", &mut plan.support, |value| text(value).map(Some));
        plan.limits = section.section("limits").read_all(|name, value| {
            let name = LimitName::parse(name)?;
            Ok((name, number(|it| Limit::from_wire(not_negative(it)))(value)?))
        });
        section.close();
        plan
    }
}
