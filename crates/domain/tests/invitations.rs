//! When an invitation, a link and a claim to a domain are good for something.

use guildhall_domain::{
    DomainClaim, DomainClaimId, DomainName, DomainStatus, Email, EmailVerification, Enrolment, Invalid, Invitation,
    InvitationId, InvitationStatus, JoinRequestStatus, MemberRole, OrganizationId, Timestamp, TokenDigest, UserId,
    Version, WorkspaceAccess, WorkspaceGrants,
};
use proptest::prelude::*;
use proptest::sample::select;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

fn at(seconds: i64) -> Timestamp {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(seconds)
}

fn good<T>(value: Result<T, Invalid>) -> T {
    value.unwrap_or_else(|invalid| panic!("{invalid}"))
}

fn invitation(status: InvitationStatus, expires_at: Timestamp) -> Invitation {
    Invitation {
        id: InvitationId::from(Uuid::from_u128(1)),
        organization_id: OrganizationId::from(Uuid::from_u128(2)),
        email: good(Email::parse("grace@example.com")),
        role: MemberRole::Member,
        access: WorkspaceAccess::NONE,
        grants: WorkspaceGrants::default(),
        message: None,
        invited_by: Some(UserId::from(Uuid::from_u128(3))),
        status,
        token_digest: TokenDigest::new([1; 32]),
        created_at: at(0),
        updated_at: at(0),
        expires_at,
        version: Version::FIRST,
    }
}

fn claim(challenge: &str) -> DomainClaim {
    DomainClaim {
        id: DomainClaimId::from(Uuid::from_u128(1)),
        organization_id: OrganizationId::from(Uuid::from_u128(2)),
        domain: good(DomainName::parse("neogenesys.com")),
        status: DomainStatus::Pending,
        challenge: challenge.to_owned(),
        enrolment: Enrolment::Manual,
        created_at: at(0),
        updated_at: at(0),
        checked_at: None,
        verified_at: None,
        version: Version::FIRST,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// N-38, R-INV-2: it is open exactly while it is pending and in time, and never again.
    #[test]
    fn an_invitation_ends_and_stays_ended(
        status in select(InvitationStatus::ALL),
        expires in 0..100i64,
        (earlier, later) in (0..100i64, 0..100i64).prop_map(|(a, b)| (a.min(b), a.max(b))),
    ) {
        let invitation = invitation(status, at(expires));
        for now in [at(earlier), at(later)] {
            prop_assert_eq!(invitation.is_open(now), invitation.status_at(now) == InvitationStatus::Pending);
        }
        prop_assert!(invitation.is_open(at(earlier)) || !invitation.is_open(at(later)));
        match status {
            // The very second that it names is too late.
            InvitationStatus::Pending => prop_assert_eq!(invitation.is_open(at(later)), later < expires),
            // Whatever was decided stays so, whatever the time.
            decided => prop_assert_eq!(invitation.status_at(at(later)), decided),
        }
    }

    /// N-13: only the very record shows that a domain is the organization's.
    #[test]
    fn only_the_right_record_shows_a_claim(
        challenge in "[a-z2-7]{52}",
        others in prop::collection::vec("\\PC{0,60}|guildhall-verification=[a-z2-7]{0,52}", 0..4),
    ) {
        let claim = claim(&challenge);
        let value = claim.record_value();
        prop_assert_eq!(claim.is_shown_by(&others), others.iter().any(|record| record.trim() == value));
        let with_it = [others, vec![format!(" {value}\t")]].concat();
        prop_assert!(claim.is_shown_by(&with_it));
        let nearly = [value.to_uppercase(), format!("{value}x"), format!("x{value}"), String::new()];
        prop_assert!(!claim.is_shown_by(&nearly));
    }
}

#[test]
fn an_empty_answer_shows_nothing() {
    assert!(!claim("").is_shown_by(&[]));
}

/// ASVS 6.4.1: a link is good until its end, and not at it.
#[test]
fn a_link_ends() {
    let verification = EmailVerification {
        user_id: UserId::from(Uuid::from_u128(1)),
        token_digest: TokenDigest::new([1; 32]),
        created_at: at(0),
        expires_at: at(10),
    };
    assert!(verification.is_open(at(9)) && !verification.is_open(at(10)));
}

/// Every name of the closed sets is read back, and no other.
#[test]
fn closed_sets_come_back() {
    for status in InvitationStatus::ALL {
        assert_eq!(InvitationStatus::parse(status.as_str()), Ok(*status));
    }
    for status in DomainStatus::ALL {
        assert_eq!(DomainStatus::parse(status.as_str()), Ok(*status));
    }
    for enrolment in Enrolment::ALL {
        assert_eq!(Enrolment::parse(enrolment.as_str()), Ok(*enrolment));
    }
    for status in JoinRequestStatus::ALL {
        assert_eq!(JoinRequestStatus::parse(status.as_str()), Ok(*status));
    }
    assert_eq!(InvitationStatus::parse("Pending").expect_err("exactly so").code, "unknown_status");
    assert_eq!(Enrolment::parse("").expect_err("exactly so").code, "unknown_enrolment");
}
