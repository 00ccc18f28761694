//! Which key is which field.

use super::super::{
    Blueprint, DefaultAccess, DefaultRole, InvitationExpiry, InvitationMode, InvitationRules, MembershipMode,
    OnboardingRules, Registration, RoleLabels, RoleRules, SessionRules, SignUpOrganization, SignUpRules,
};
use super::reader::Section;
use super::value::{choice, flag, number, text};
use crate::Invalid;

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
        self.aliases = section.section("aliases").read_all(|value| {
            let not_a_role = |_| Invalid::new("unknown_value", "must stand for \"member\" or \"admin\"");
            choice(ROLES)(value).map_err(not_a_role)
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
