//! The blueprints that come with Guildhall say what the four documents say, and
//! each of them, and the documentation, names every key.
#![cfg(feature = "toml")]

use guildhall_domain::blueprint::{
    Blueprint, BuiltIn, DefaultAccess, InvitationMode, MembershipMode, Registration, SignUpOrganization,
};
use guildhall_domain::{DomainName, MemberRole};
use time::Duration;

fn read(built_in: BuiltIn) -> Blueprint {
    built_in.blueprint().unwrap_or_else(|error| panic!("{}: {error}", built_in.name()))
}

#[test]
fn each_is_found_by_its_name_and_can_be_used() {
    for built_in in BuiltIn::ALL {
        assert_eq!(BuiltIn::find(built_in.name()), Some(built_in));
        assert_eq!(read(built_in).check(), Ok(()), "{}", built_in.name());
    }
    for other in ["", "Default", "default.toml", "guildhall"] {
        assert_eq!(BuiltIn::find(other), None);
    }
}

/// All leave these to the documents' defaults: N-38, M-09, C-12, and open registration (S-03).
#[test]
fn what_they_share() {
    for blueprint in BuiltIn::ALL.map(read) {
        assert_eq!(blueprint.signup.registration, Registration::Open);
        assert_eq!(blueprint.invitations.expires_after_days.duration(), Duration::days(7));
        assert_eq!(blueprint.roles.default.role(), MemberRole::Member);
        assert_eq!(blueprint.sessions, Blueprint::default().sessions);
    }
}

#[test]
fn the_default_one_is_the_default() {
    assert_eq!(read(BuiltIn::Default), Blueprint::default());
    assert_eq!(Blueprint::from_toml(""), Ok(Blueprint::default()));
}

/// M-02, M-06, M-08, M-09.
#[test]
fn mipiti() {
    let blueprint = read(BuiltIn::Mipiti);
    assert_eq!(blueprint.membership, MembershipMode::Exclusive);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Personal);
    assert_eq!(blueprint.invitations.mode, InvitationMode::Direct);
    assert_eq!(blueprint.default_member_access, DefaultAccess::All);
    assert_eq!(
        MemberRole::BUILT_IN.map(|role| blueprint.roles.label(role)),
        [Some("Owner"), Some("Admin"), Some("User")]
    );
    assert_eq!(blueprint.roles.alias("User"), Some(MemberRole::Member));
}

/// S-03, S-10, S-11.
#[test]
fn strictops() {
    let blueprint = read(BuiltIn::StrictOps);
    assert_eq!(blueprint.membership, MembershipMode::Many);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Personal);
    assert_eq!(blueprint.default_member_access, DefaultAccess::All);
    assert_eq!(blueprint.roles.label(MemberRole::Admin), Some("strictops_admin"));
    assert_eq!(blueprint.roles.label(MemberRole::Member), Some("customer"));
    assert_eq!(blueprint.roles.alias("STRICTOPS_ADMIN"), Some(MemberRole::Admin));
    assert_eq!(blueprint.roles.alias("customer"), Some(MemberRole::Member));
}

/// N-05, N-06, N-09, N-38.
#[test]
fn neosc() {
    let blueprint = read(BuiltIn::NeoSc);
    assert_eq!(blueprint.membership, MembershipMode::Exclusive);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Default);
    assert_eq!(blueprint.signup.organization_name.as_str(), "Default Organization");
    assert_eq!(blueprint.signup.organization_domain.as_ref().map(DomainName::as_str), Some("neogenesys.com"));
    assert_eq!(blueprint.invitations.mode, InvitationMode::Link);
    assert_eq!(blueprint.default_member_access, DefaultAccess::All);
    assert_eq!(blueprint.roles.alias("user"), Some(MemberRole::Member));
}

/// C-16, C-19, C-112, C-120.
#[test]
fn mission_control() {
    let blueprint = read(BuiltIn::MissionControl);
    assert_eq!(blueprint.membership, MembershipMode::Many);
    assert_eq!(blueprint.signup.organization, SignUpOrganization::Personal);
    assert_eq!(blueprint.signup.organization_name.as_str(), "Personal");
    assert_eq!(blueprint.invitations.mode, InvitationMode::Link);
    assert!(blueprint.invitations.auto_accept && blueprint.onboarding.required);
    assert_eq!(blueprint.default_member_access, DefaultAccess::None);
}

/// Every key by its path, taken from the fields themselves.
#[cfg(feature = "serde")]
fn keys() -> Vec<(String, String)> {
    let mut everything = read(BuiltIn::NeoSc);
    let labels = &mut everything.roles.labels;
    for label in [&mut labels.owner, &mut labels.admin, &mut labels.member] {
        *label = Some(everything.signup.organization_name.clone());
    }
    let mut keys = Vec::new();
    let mut sections = vec![(String::new(), serde_json::json!(everything))];
    while let Some((section, value)) = sections.pop() {
        for (key, value) in value.as_object().into_iter().flatten() {
            if value.is_object() {
                let path = if section.is_empty() { key.clone() } else { format!("{section}.{key}") };
                sections.push((path, value.clone()));
            } else {
                keys.push((section.clone(), key.clone()));
            }
        }
    }
    keys
}

/// A key that cannot be set stands in a comment of its section.
#[cfg(feature = "serde")]
#[test]
fn each_names_every_key_with_a_comment() {
    let keys = keys();
    assert!(keys.len() >= 16, "{keys:?}");
    for built_in in BuiltIn::ALL {
        let (mut found, mut section, mut commented) = (Vec::new(), "", false);
        for line in built_in.source().lines() {
            if let Some(header) = line.strip_prefix('[') {
                section = header.trim_end_matches(']');
            }
            match line.trim_start_matches("# ").split_once(" = ") {
                Some((key, _)) if key.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                    assert!(commented, "{}: {key} has no comment", built_in.name());
                    found.push((section.to_owned(), key.to_owned()));
                }
                _ => commented = line.starts_with('#'),
            }
        }
        for key in keys.iter().filter(|(section, _)| section != "roles.aliases") {
            assert!(found.contains(key), "{} lacks {key:?}", built_in.name());
        }
        assert!(found.iter().any(|(section, _)| section == "roles.aliases"), "{}", built_in.name());
    }
}

#[cfg(feature = "serde")]
#[test]
fn the_documentation_explains_every_key_and_built_in() {
    let documentation = include_str!("../../../docs/blueprint.md");
    for (section, key) in keys() {
        let path = match section.as_str() {
            "" => key,
            "roles.labels" | "roles.aliases" => section,
            _ => format!("{section}.{key}"),
        };
        assert!(documentation.contains(&format!("`{path}`")), "docs/blueprint.md lacks {path}");
    }
    for built_in in BuiltIn::ALL {
        assert!(documentation.contains(&format!("`{}`", built_in.name())), "docs/blueprint.md lacks {built_in:?}");
    }
}

/// What the documentation shows as files can be used.
#[test]
fn the_documented_examples_can_be_used() {
    let documentation = include_str!("../../../docs/blueprint.md");
    let examples: Vec<&str> =
        documentation.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        assert_eq!(Blueprint::from_toml(example).err(), None, "{example}");
    }
}
