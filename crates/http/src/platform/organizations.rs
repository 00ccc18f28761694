use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use guildhall_app::OrganizationFilter;
use guildhall_app::organization::{CreateOrganization, CreateOrganizationFor};
use guildhall_domain::{Description, DomainName, Email, Name, OrganizationStatus, Slug};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::answer;
use crate::body::{Body, object};
use crate::credential::Authenticated;
use crate::member::{account, names_account};
use crate::organization::OrganizationBody;
use crate::page::{PageBody, list_request};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Conflicting, Fallible, Filtering, Naming, Platform, Reading};
use crate::state::HttpState;
use crate::validation;

/// Which organizations are asked for.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrganizationsQuery {
    /// Only those with this status: `active`, `suspended` or `lockdown`.
    #[validate(custom(function = "validation::status"))]
    #[param(pattern = "^(active|suspended|lockdown)$")]
    status: Option<String>,
    /// How many items, 50 where nothing is said.
    #[validate(custom(function = "validation::limit"))]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A wish to have an organization for somebody.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOrganizationFor, examples(json!({
    "name": "Analytical Engines",
    "owner": {"email": "ada@example.com"}
})))]
pub(crate) struct NewOrganizationForBody {
    #[validate(custom(function = "validation::text::<Name>"))]
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Made from the name where none is given.
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Slug>"))]
    #[schema(min_length = 1, max_length = 63, pattern = "^[a-z0-9-]+$")]
    slug: Option<String>,
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Description>"))]
    #[schema(min_length = 1, max_length = 2000)]
    description: Option<String>,
    #[serde(default)]
    #[validate(custom(function = "validation::text::<DomainName>"))]
    #[schema(max_length = 253)]
    domain: Option<String>,
    #[serde(deserialize_with = "object")]
    #[validate(nested)]
    owner: OwnerBody,
}

/// Who shall own it: by e-mail or by id.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "names_one_account"))]
#[schema(as = NewOwner)]
pub(crate) struct OwnerBody {
    #[serde(default)]
    #[validate(custom(function = "validation::text::<Email>"))]
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    #[serde(default)]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Option<Uuid>)]
    user_id: Option<String>,
}

fn names_one_account(body: &OwnerBody) -> Result<(), ValidationError> {
    names_account(body.email.as_deref(), body.user_id.as_deref())
}

/// List all organizations, newest first.
#[utoipa::path(
    tag = "Platform",
    params(OrganizationsQuery),
    responses(
        (status = 200, description = "A page of organizations.", body = PageBody<OrganizationBody>),
        Filtering, Authenticating, Platform, Fallible
    )
)]
#[get("/platform/organizations")]
pub(super) async fn list_all_organizations(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<OrganizationsQuery>,
) -> Result<HttpResponse, Problem> {
    let Query(query) = query;
    let filter = OrganizationFilter { status: query.status.as_deref().map(OrganizationStatus::parse).transpose()? };
    let request = list_request(query.limit.as_deref(), query.after)?;
    let organizations = state.guildhall().list_all_organizations(&caller, &filter, &request).await?;
    Ok(answer::ok(PageBody::of(organizations, OrganizationBody::from)))
}

/// Make an organization for somebody.
///
/// An e-mail names an account only once its holder has shown that it is theirs
/// (`account_email_not_verified`).
#[utoipa::path(
    tag = "Platform",
    request_body = NewOrganizationForBody,
    responses(
        (status = 201, description = "Made.", body = OrganizationBody, headers(("Location" = String, description = "The organization."))),
        Reading, Authenticating, Platform, Naming, Conflicting, Fallible
    )
)]
#[post("/platform/organizations")]
pub(super) async fn create_organization_for(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<NewOrganizationForBody>,
) -> Result<HttpResponse, Problem> {
    let Body(body) = body;
    let organization = CreateOrganization {
        name: Name::parse(&body.name)?,
        slug: body.slug.as_deref().map(Slug::parse).transpose()?,
        description: body.description.as_deref().map(Description::parse).transpose()?,
        domain: body.domain.as_deref().map(DomainName::parse).transpose()?,
    };
    let owner = account(body.owner.email.as_deref(), body.owner.user_id.as_deref())?;
    let command = CreateOrganizationFor { organization, owner };
    let organization = state.guildhall().create_organization_for(&caller, command).await?.organization;
    let location = format!("/api/v1/organizations/{}", organization.id);
    Ok(answer::created(location, OrganizationBody::from(organization)))
}
