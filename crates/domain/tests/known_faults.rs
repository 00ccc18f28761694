//! Faults that were seen in comparable systems, which Guildhall must not have:
//! those of them that the rules alone can rule out.

use guildhall_domain::page::{Page, PageSize};
use guildhall_domain::policy::{Actor, Denied, Facts, MemberFacts, Refused, decide};
use guildhall_domain::{
    Email, MemberId, MemberRole, Membership, MembershipSource, Name, OrganizationId, OrganizationStatus, Permission,
    TimeZone, User, UserId,
};
use time::OffsetDateTime;
use uuid::Uuid;

fn facts(role: Option<MemberRole>, status: OrganizationStatus) -> Facts {
    let member = role.map(|role| MemberFacts::built_in(MemberId::from(Uuid::from_u128(1)), role));
    Facts { organization: OrganizationId::from(Uuid::from_u128(2)), status, member }
}

const CALLER: fn() -> Actor = || Actor { user_id: UserId::from(Uuid::from_u128(3)), superadmin: false };

/// An admin makes themself owner (C-05, C-110).
#[test]
fn admin_cannot_make_themself_owner() {
    let facts = facts(Some(MemberRole::Admin), OrganizationStatus::Active);
    let grant = decide(&CALLER(), &facts, Permission::MemberChangeRole).expect("admins change roles");
    let own = facts.member.expect("a member");
    let owner = MemberRole::Owner;
    let result = grant.may_assign(&own, owner, owner.built_in_permissions());
    assert_eq!(result, Err(Refused::OnlyOwnersManageOwners));
    // Nor with the owner's permissions under another name.
    let result = grant.may_define(owner.built_in_permissions());
    assert_eq!(result, Err(Refused::OwnerOnlyPermission));
}

/// A role is any string; `role: null` is a 500 (M-08).
#[test]
fn role_is_one_of_a_closed_set() {
    for text in ["", " ", "emperor", "null", "owner;admin", "custom", "ownér", "0", "*"] {
        assert_eq!(MemberRole::parse_built_in(text), None, "{text:?}");
    }
    #[cfg(feature = "serde")]
    for json in ["null", "\"emperor\"", "\"\"", "0", "[]", "{}", "{\"custom\":null}", "{\"custom\":\"x\"}"] {
        assert!(serde_json::from_str::<MemberRole>(json).is_err(), "{json}");
    }
}

/// A foreign id is told apart from an unknown one (N-15): a stranger gets one
/// answer, whatever the organization's state and whatever is asked.
#[test]
fn stranger_learns_nothing() {
    for status in OrganizationStatus::ALL {
        for permission in Permission::ALL {
            assert_eq!(decide(&CALLER(), &facts(None, status), *permission), Err(Denied::NotVisible));
        }
    }
}

/// A list silently stops at 100, and `limit || 100` turns 0 into 100.
#[test]
fn list_says_that_there_is_more() {
    let page = Page::from_surplus((0..101).collect(), PageSize::MAX, |item: &i32| *item);
    assert_eq!((page.items.len(), page.next), (100, Some(99)));
    assert_eq!(PageSize::new(0).expect_err("no page is empty").code, "out_of_range");
    assert_eq!(PageSize::new(101).expect_err("no page is that long").code, "out_of_range");
}

/// One organization's name blocks another tenant's use of it: slugs are unique, names are not.
#[test]
fn taken_name_leaves_room_for_another_slug() {
    let name = Name::parse("Acme").expect("a good name");
    let slug = name.to_slug();
    assert_ne!(slug, slug.with_suffix("2"));
    let longest = Name::parse(&"a".repeat(120)).expect("a good name").to_slug();
    assert_ne!(longest, longest.with_suffix("2"));
}

/// Names of 300 characters, blank titles, invalid time zones or e-mails are accepted (C-136).
#[test]
fn bad_values_are_refused() {
    let code = |result: Result<(), guildhall_domain::Invalid>| result.expect_err("refused").code;
    assert_eq!(code(Name::parse(&"a".repeat(300)).map(drop)), "too_long");
    assert_eq!(code(Name::parse("  \u{a0}\t").map(drop)), "blank");
    assert_eq!(code(Name::parse("Acme\u{202e}emca").map(drop)), "control_character");
    assert_eq!(code(TimeZone::parse("Europe/Atlantis").map(drop)), "unknown_time_zone");
    assert_eq!(code(TimeZone::parse("../../etc/passwd").map(drop)), "unknown_time_zone");
    for email in ["a", "a@", "@b.example", "a b@c.example", "a@b@c.example", "a@b.example\r\nBcc: c@d.example"] {
        assert_eq!(code(Email::parse(email).map(drop)), "invalid_email", "{email:?}");
    }
}

/// A new member gets access to everything unasked (C-100), and a new account power over the installation (M-55).
#[test]
fn new_things_start_with_nothing() {
    let now = OffsetDateTime::UNIX_EPOCH;
    let (organization, user) = (OrganizationId::from(Uuid::from_u128(2)), UserId::from(Uuid::from_u128(3)));
    for role in MemberRole::BUILT_IN {
        let id = MemberId::from(Uuid::from_u128(1));
        let membership = Membership::new(id, organization, user, role, MembershipSource::DirectAdd, now);
        assert_eq!((membership.all_read, membership.all_write), (role.is_owner(), role.is_owner()));
    }
    let email = Email::parse("alice@acme.example").expect("a good address");
    let account = User::new(user, email, Name::parse("Alice").expect("a good name"), now);
    assert!(!account.superadmin && account.disabled_at.is_none() && account.active_organization_id.is_none());
}
