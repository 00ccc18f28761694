use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use guildhall_app::OrganizationRef;
use guildhall_app::workspace::CreateWorkspace;
use guildhall_domain::{Description, Name, Slug, WorkspaceGroupId, WorkspaceKindName};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::bound_kind::BoundKind;
use super::schema::WorkspaceBody;
use super::values::{FieldValueBody, FieldsBody, LimitsBody};
use crate::answer;
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_default_access, parse_id};

/// A wish to have a workspace.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWorkspace, examples(json!({"name": "Difference Engine", "description": "No. 2."})))]
pub(crate) struct NewWorkspaceBody {
    /// One of the deployment's kinds; the first where none is given.
    #[serde(default)]
    #[validate(custom(function = "validation::text::<WorkspaceKindName>"))]
    #[schema(min_length = 1, max_length = 63)]
    pub(super) kind: Option<String>,
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
    /// The group that it is in.
    #[serde(default)]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Option<Uuid>)]
    group_id: Option<String>,
    /// What every member may do in it, without a grant; as its kind says where nothing is given.
    #[serde(default)]
    #[validate(custom(function = "validation::default_access"))]
    #[schema(pattern = "^(none|read|write)$")]
    default_access: Option<String>,
    /// Its own limits, of the names that its kind declares; 0 is none. As its kind says where nothing is given.
    #[serde(default)]
    #[validate(nested)]
    #[schema(value_type = BTreeMap<String, u64>, required = false)]
    limits: LimitsBody<i64>,
    /// What its kind declares beside.
    #[serde(default)]
    #[validate(nested)]
    #[schema(value_type = BTreeMap<String, FieldValueBody>, required = false)]
    fields: FieldsBody<FieldValueBody>,
}

impl TryFrom<NewWorkspaceBody> for CreateWorkspace {
    type Error = Problem;

    fn try_from(body: NewWorkspaceBody) -> Result<Self, Problem> {
        Ok(Self {
            kind: body.kind.as_deref().map(WorkspaceKindName::parse).transpose()?,
            name: Name::parse(&body.name)?,
            slug: body.slug.as_deref().map(Slug::parse).transpose()?,
            description: body.description.as_deref().map(Description::parse).transpose()?,
            group_id: body.group_id.as_deref().map(parse_id).transpose()?.map(WorkspaceGroupId::from),
            default_access: body.default_access.as_deref().map(parse_default_access).transpose()?,
            limits: body.limits.values()?,
            fields: body.fields.values()?,
        })
    }
}

/// Make a workspace.
///
/// The caller becomes its owner. Not more than the plan allows (`limit_reached`).
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam),
    request_body = NewWorkspaceBody,
    responses(
        (status = 201, description = "Made.", body = WorkspaceBody, headers(("Location" = String, description = "The workspace."))),
        Reading, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[post("/organizations/{org}/workspaces")]
pub(super) async fn create_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    body: Body<NewWorkspaceBody>,
) -> Result<HttpResponse, Problem> {
    create(&state, &caller, organization.0, body.0, &BoundKind::none()).await
}

pub(super) async fn create(
    state: &HttpState,
    caller: &Authenticated,
    organization: OrganizationRef,
    body: NewWorkspaceBody,
    bound: &BoundKind,
) -> Result<HttpResponse, Problem> {
    let command = CreateWorkspace::try_from(body)?;
    let command = CreateWorkspace { kind: bound.narrow(command.kind, "/kind")?, ..command };
    let seen = state.guildhall().create_workspace(caller, organization, &command).await?;
    let workspace = &seen.workspace;
    let location = format!("/api/v1/organizations/{}/workspaces/{}", workspace.organization_id, workspace.id);
    Ok(answer::created(location, WorkspaceBody::from(seen)))
}
