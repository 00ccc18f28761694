use guildhall_domain::{DomainClaim, DomainClaimId, DomainName, DomainStatus, Enrolment, OrganizationId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

/// An organization's claim to an internet domain.
#[derive(Serialize, ToSchema)]
#[schema(as = Domain, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000009",
    "organization_id": "0198c1a0-0000-7000-8000-000000000002",
    "domain": "example.com",
    "status": "pending",
    "enrolment": "manual",
    "record": {
        "type": "TXT",
        "name": "_guildhall.example.com",
        "value": "guildhall-verification=k5tq4pbx2n"
    },
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z",
    "checked_at": null,
    "verified_at": null
})))]
pub(crate) struct DomainBody {
    #[schema(value_type = Uuid)]
    id: DomainClaimId,
    #[schema(value_type = Uuid)]
    organization_id: OrganizationId,
    #[schema(value_type = String)]
    domain: DomainName,
    /// `pending`: not looked up yet; `verified`: the record was there; `failed`: it was not.
    #[schema(value_type = String, pattern = "^(pending|verified|failed)$")]
    status: DomainStatus,
    /// What happens to people with a verified e-mail address there, once the domain is verified. `manual`: nothing;
    /// `suggest`: they may ask to join; `automatic`: they join.
    #[schema(value_type = String, pattern = "^(manual|suggest|automatic)$")]
    enrolment: Enrolment,
    record: DomainRecordBody,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
    /// When the record was last looked for.
    #[serde(with = "rfc3339::option")]
    #[schema(required = true)]
    checked_at: Option<OffsetDateTime>,
    /// Since when the domain is verified.
    #[serde(with = "rfc3339::option")]
    #[schema(required = true)]
    verified_at: Option<OffsetDateTime>,
}

/// The record that the domain's DNS must have.
#[derive(Serialize, ToSchema)]
#[schema(as = DomainRecord)]
pub(crate) struct DomainRecordBody {
    #[serde(rename = "type")]
    #[schema(examples("TXT"))]
    r#type: &'static str,
    name: String,
    /// No secret once it is published.
    value: String,
}

impl From<DomainClaim> for DomainBody {
    fn from(claim: DomainClaim) -> Self {
        let record = DomainRecordBody { r#type: "TXT", name: claim.record_name(), value: claim.record_value() };
        Self {
            id: claim.id,
            organization_id: claim.organization_id,
            domain: claim.domain,
            status: claim.status,
            enrolment: claim.enrolment,
            record,
            created_at: claim.created_at,
            updated_at: claim.updated_at,
            checked_at: claim.checked_at,
            verified_at: claim.verified_at,
        }
    }
}
