//! No text makes a value type panic, and what is accepted is accepted again as
//! itself: from storage, from JSON, from a form that is sent back unchanged.
#![cfg(feature = "serde")]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use guildhall_domain::audit::{AuditAction, TargetKind};
use guildhall_domain::{
    Description, DomainName, Email, FeatureName, FieldName, Invalid, LimitName, MemberRole, MembershipSource, Name,
    OrganizationStatus, Permission, PlanName, Slug, TimeZone, WorkspaceKindName,
};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Anything, and texts that are nearly good.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,130}",
        "\\s{0,3}[a-zA-ZäöüÄÖÜßİΣςǅﬀ0-9 .,'&()-]{0,140}\\s{0,3}",
        "[A-Za-z0-9-]{0,70}",
        "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\" -]{1,70}@[A-Za-z0-9.ÄÖ\\[\\]:-]{1,70}",
        "([a-z0-9-]{1,63}\\.){1,5}[a-zA-Zé]{1,20}",
        "[A-Z0-9_]{0,70}",
        "[a-z0-9_]{0,70}",
        "[A-Za-z]{1,12}/[A-Za-z_]{1,12}",
    ]
}

/// Parses; where that works, the value stands for itself in every form, and comes back.
fn comes_back<T>(text: &str) -> Result<Option<T>, TestCaseError>
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq + Serialize + DeserializeOwned,
{
    match text.parse::<T>() {
        Ok(value) => {
            let shown = value.to_string();
            let again = shown.parse::<T>();
            prop_assert_eq!(again.as_ref(), Ok(&value), "{:?} does not parse to itself", shown);
            prop_assert!(!shown.chars().any(|c| c == '\0'));
            let from_json = serde_json::from_value::<T>(serde_json::json!(value)).ok();
            prop_assert_eq!(from_json.as_ref(), Some(&value));
            Ok(Some(value))
        }
        Err(invalid) => {
            prop_assert!(!invalid.code.is_empty() && invalid.code.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
            // The sentence never repeats the value, which may be a secret.
            prop_assert!(text.trim().len() < 15 || !invalid.detail.contains(text.trim()));
            prop_assert!(serde_json::from_value::<T>(text.into()).is_err(), "deserializing checks too");
            Ok(None)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_parse_to_themselves(text in text()) {
        if let Some(name) = comes_back::<Name>(&text)? {
            prop_assert!((1..=Name::MAX).contains(&name.as_str().chars().count()));
            prop_assert_eq!(name.as_str(), text.trim());
            prop_assert!(!name.as_str().chars().any(char::is_control));
            // A name always makes a good slug, with room for a suffix (N-33).
            let slug = name.to_slug();
            comes_back::<Slug>(slug.as_str())?.expect("a name's slug is good");
            comes_back::<Slug>(slug.with_suffix("0123456789ab").as_str())?.expect("with a suffix too");
        }
        if let Some(description) = comes_back::<Description>(&text)? {
            prop_assert!((1..=Description::MAX).contains(&description.as_str().chars().count()));
        }
        if let Some(slug) = comes_back::<Slug>(&text)? {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            prop_assert!(slug.as_str().chars().all(plain) && slug.as_str().len() <= Slug::MAX && slug.as_str() != "me");
        }
        if let Some(email) = comes_back::<Email>(&text)? {
            prop_assert!(email.as_str().len() <= Email::MAX && email.as_str().contains('@'));
            prop_assert_eq!(email.as_str().to_lowercase(), email.as_str());
            if let Some(domain) = email.domain() {
                let behind = format!("@{}", domain.as_str());
                prop_assert!(email.as_str().ends_with(&behind));
                comes_back::<DomainName>(domain.as_str())?.expect("what an address gives is a domain name");
            }
        }
        if let Some(domain) = comes_back::<DomainName>(&text)? {
            prop_assert!(domain.as_str().len() <= DomainName::MAX && domain.as_str().contains('.'));
        }
        comes_back::<PlanName>(&text)?;
        comes_back::<LimitName>(&text)?;
        comes_back::<FeatureName>(&text)?;
        comes_back::<TimeZone>(&text)?;
        comes_back::<WorkspaceKindName>(&text)?;
        comes_back::<FieldName>(&text)?;
    }

    #[test]
    fn names_of_closed_sets_are_read_without_panic(text in text()) {
        let lower = text.trim().to_lowercase();
        prop_assert_eq!(MemberRole::parse_built_in(&text), MemberRole::parse_built_in(&lower));
        for known in [
            Permission::parse(&text).map(Permission::as_str),
            OrganizationStatus::parse(&text).map(OrganizationStatus::as_str),
            MembershipSource::parse(&text).map(MembershipSource::as_str),
            AuditAction::parse(&text).map(AuditAction::as_str),
            TargetKind::parse(&text).map(TargetKind::as_str),
        ] {
            prop_assert!(known.is_err() || known == Ok(text.as_str()));
        }
    }
}

/// Every name of a closed set is read back, and none stands for two.
#[test]
fn closed_sets_come_back() {
    for permission in Permission::ALL {
        assert_eq!(Permission::parse(permission.as_str()), Ok(*permission));
    }
    for action in AuditAction::ALL {
        assert_eq!(AuditAction::parse(action.as_str()), Ok(*action));
    }
    for status in OrganizationStatus::ALL {
        assert_eq!(OrganizationStatus::parse(status.as_str()), Ok(status));
    }
    for source in MembershipSource::ALL {
        assert_eq!(MembershipSource::parse(source.as_str()), Ok(source));
    }
    for kind in TargetKind::ALL {
        assert_eq!(TargetKind::parse(kind.as_str()), Ok(kind));
    }
    for role in MemberRole::BUILT_IN {
        assert_eq!(MemberRole::parse_built_in(role.as_str()), Some(role));
    }
}

/// An address may stand for no company's domain, and then gives none (N-13).
#[test]
fn local_address_has_no_domain() {
    for (email, domain) in [
        ("a@neogenesys.com", Some("neogenesys.com")),
        ("\"a@b.example\"@c.example", Some("c.example")),
        ("root@localhost", None),
        ("a@my_host.example", None),
    ] {
        let email = Email::parse(email).expect("a good address");
        assert_eq!(email.domain().as_ref().map(DomainName::as_str), domain, "{email}");
    }
}

/// The bounds themselves, from both sides.
#[test]
fn bounds_are_exact() {
    assert!(Name::parse(&"é".repeat(120)).is_ok() && Name::parse(&"é".repeat(121)).is_err());
    assert!(Description::parse(&"é".repeat(2_000)).is_ok() && Description::parse(&"é".repeat(2_001)).is_err());
    assert!(Slug::parse(&"a".repeat(63)).is_ok() && Slug::parse(&"a".repeat(64)).is_err());
    assert!(PlanName::parse(&"A".repeat(63)).is_ok() && PlanName::parse(&"A".repeat(64)).is_err());
    let email = |labels: usize| format!("{}@{}example", "a".repeat(64), "0123456789abcdefgh.".repeat(labels));
    assert!(email(9).len() <= 254 && Email::parse(&email(9)).is_ok());
    assert!(email(10).len() > 254 && Email::parse(&email(10)).is_err());
}
