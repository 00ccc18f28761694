use crate::invitation::named;
use crate::{DomainClaimId, DomainName, Invalid, Name, OrganizationId, OrganizationStatus, Timestamp, Version};

/// An organization's claim to an internet domain (N-13, N-14). It counts only
/// once a record in the domain's DNS shows that it is true.
///
/// ```
/// use guildhall_domain::{DomainClaim, DomainClaimId, DomainName, DomainStatus, Enrolment, OrganizationId, Version};
/// use time::OffsetDateTime;
/// use uuid::Uuid;
///
/// let claim = DomainClaim {
///     id: DomainClaimId::from(Uuid::from_u128(1)),
///     organization_id: OrganizationId::from(Uuid::from_u128(2)),
///     domain: DomainName::parse("neogenesys.com")?,
///     status: DomainStatus::Pending,
///     challenge: "k5tq".to_owned(),
///     enrolment: Enrolment::Manual,
///     created_at: OffsetDateTime::UNIX_EPOCH,
///     updated_at: OffsetDateTime::UNIX_EPOCH,
///     checked_at: None,
///     verified_at: None,
///     version: Version::FIRST,
/// };
/// assert_eq!(claim.record_name(), "_guildhall.neogenesys.com");
/// assert!(claim.is_shown_by(&["v=spf1 -all".to_owned(), "guildhall-verification=k5tq".to_owned()]));
/// # Ok::<(), guildhall_domain::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainClaim {
    /// The claim.
    pub id: DomainClaimId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// The domain. Many may claim it, one has it verified.
    pub domain: DomainName,
    /// Whether it was shown.
    pub status: DomainStatus,
    /// What the DNS record must hold. Public once published, different for each claim.
    pub challenge: String,
    /// What happens to people with an address at the domain.
    pub enrolment: Enrolment,
    /// When it was claimed.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When DNS was last asked, and answered.
    pub checked_at: Option<Timestamp>,
    /// Since when it is verified.
    pub verified_at: Option<Timestamp>,
    /// How often it was changed.
    pub version: Version,
}

impl DomainClaim {
    /// The label under the domain where the TXT record is looked for.
    pub const LABEL: &'static str = "_guildhall";

    /// The name of the TXT record, such as `_guildhall.example.com`.
    pub fn record_name(&self) -> String {
        format!("{}.{}", Self::LABEL, self.domain)
    }

    /// What the TXT record must hold, such as `guildhall-verification=…`.
    pub fn record_value(&self) -> String {
        format!("guildhall-verification={}", self.challenge)
    }

    /// Whether any of the records found is the right one.
    pub fn is_shown_by(&self, records: &[String]) -> bool {
        let wanted = self.record_value();
        records.iter().any(|record| record.trim() == wanted)
    }
}

named! {
    /// Whether a claim was shown to be true.
    DomainStatus {
        /// Was not looked up yet.
        Pending = "pending",
        /// The record was there at the last look.
        Verified = "verified",
        /// The record was not there at the last look.
        Failed = "failed",
    } else "unknown_status", "must be pending, verified or failed"
}

named! {
    /// What happens to people whose verified e-mail address is at a verified domain.
    Enrolment {
        /// Nothing: they are invited or added like others.
        Manual = "manual",
        /// They see the organization and may ask to join; an admin decides.
        Suggest = "suggest",
        /// They join, with the blueprint's default role.
        Automatic = "automatic",
    } else "unknown_enrolment", "must be manual, suggest or automatic"
}

/// The organization that owns the domain of a user's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainOffer {
    /// The organization.
    pub organization_id: OrganizationId,
    /// What it is called.
    pub organization_name: Name,
    /// Whether it may be used.
    pub organization_status: OrganizationStatus,
    /// What the domain offers.
    pub enrolment: Enrolment,
}
