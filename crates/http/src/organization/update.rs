use actix_web::web::Data;
use actix_web::{HttpResponse, patch};
use guildhall_app::EntityTag;
use guildhall_app::organization::OrganizationChanges;
use guildhall_domain::{Description, DomainName, Name, Slug, TimeZone};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::OrganizationBody;
use crate::answer;
use crate::body::{Body, change, nullable, present};
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation;

/// Changes to an organization: absent fields stay, `null` clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationChanges, examples(json!({"name": "Difference Engines", "description": null})))]
pub(crate) struct OrganizationChangesBody {
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120, nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::text::<Slug>"))]
    #[schema(min_length = 1, max_length = 63, pattern = "^[a-z0-9-]+$", nullable = false)]
    slug: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::text::<DomainName>"))]
    #[schema(value_type = Option<String>, max_length = 253)]
    domain: Option<Option<String>>,
    /// Where its days and months begin, which quotas of credits are counted by: a name of the IANA time zone database.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::text::<TimeZone>"))]
    #[schema(nullable = false, examples("Europe/Lisbon"))]
    time_zone: Option<String>,
}

/// Change an organization.
#[utoipa::path(
    tag = "Organizations",
    params(OrganizationParam, IfMatchParam),
    request_body = OrganizationChangesBody,
    responses(
        (status = 200, description = "As it is now.", body = OrganizationBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[patch("/organizations/{org}")]
pub(super) async fn update_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    precondition: IfMatch,
    body: Body<OrganizationChangesBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let changes = OrganizationChanges {
        name: body.name.as_deref().map(Name::parse).transpose()?,
        slug: body.slug.as_deref().map(Slug::parse).transpose()?,
        description: change(body.description)?,
        domain: change(body.domain)?,
        time_zone: body.time_zone.as_deref().map(TimeZone::parse).transpose()?,
    };
    let organization = state.guildhall().update_organization(&caller, organization.0, changes, &precondition.0).await?;
    Ok(answer::changed(&EntityTag::from(&organization), OrganizationBody::from(organization)))
}
