use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::organization::CreateOrganization;
use guildhall_domain::{Description, DomainName, Name, Slug};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::schema::MyOrganizationBody;
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Ruled};
use crate::state::HttpState;
use crate::validation;

/// A wish to have an organization.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOrganization, examples(json!({
    "name": "Analytical Engines",
    "slug": "analytical-engines",
    "description": "We compute.",
    "domain": "example.com"
})))]
pub(crate) struct NewOrganizationBody {
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
}

impl TryFrom<NewOrganizationBody> for CreateOrganization {
    type Error = Problem;

    fn try_from(body: NewOrganizationBody) -> Result<Self, Problem> {
        Ok(Self {
            name: Name::parse(&body.name)?,
            slug: body.slug.as_deref().map(Slug::parse).transpose()?,
            description: body.description.as_deref().map(Description::parse).transpose()?,
            domain: body.domain.as_deref().map(DomainName::parse).transpose()?,
        })
    }
}

/// Make an organization.
///
/// The caller becomes its owner, and it the caller's active organization.
#[utoipa::path(
    tag = "Organizations",
    request_body = NewOrganizationBody,
    responses(
        (status = 201, description = "Made.", body = MyOrganizationBody, headers(("Location" = String, description = "The organization."))),
        Reading, Authenticating, Ruled, Conflicting, Fallible
    )
)]
#[post("/organizations")]
pub(super) async fn create_organization(
    state: Data<HttpState>,
    caller: Authenticated,
    body: Body<NewOrganizationBody>,
) -> Result<HttpResponse, Problem> {
    let mine = state.guildhall().create_organization(&caller, body.0.try_into()?).await?;
    let location = format!("/api/v1/organizations/{}", mine.organization.id);
    Ok(answer::created(location, MyOrganizationBody::of(mine, true, state.guildhall().blueprint())))
}
