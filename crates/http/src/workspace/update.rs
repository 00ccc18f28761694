use actix_web::web::Data;
use actix_web::{HttpResponse, patch};
use guildhall_app::Change;
use guildhall_app::workspace::WorkspaceChanges;
use guildhall_app::{EntityTag, OrganizationRef, Precondition};
use guildhall_domain::{Description, Name, Slug, WorkspaceGroupId, WorkspaceId};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::bound_kind::BoundKind;
use super::schema::WorkspaceBody;
use super::values::{FieldValueBody, FieldsBody, LimitsBody, field_changes};
use crate::answer;
use crate::body::{Body, change, nullable, present};
use crate::credential::Authenticated;
use crate::path::{OrganizationParam, OrganizationPath, WorkspaceParam, WorkspacePath};
use crate::precondition::{IfMatch, IfMatchParam};
use crate::problem::Problem;
use crate::responses::{Authenticating, Conditional, Conflicting, Fallible, Reading, Scoped};
use crate::state::HttpState;
use crate::validation::{self, parse_default_access, parse_id};

/// Changes to a workspace: absent fields stay, `null` clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspaceChanges, examples(json!({"description": null, "default_access": "read"})))]
pub(crate) struct WorkspaceChangesBody {
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
    /// The group that it is in.
    #[serde(default, deserialize_with = "nullable")]
    #[validate(custom(function = "validation::id"))]
    #[schema(value_type = Option<Uuid>)]
    group_id: Option<Option<String>>,
    /// What every member may do in it, without a grant.
    #[serde(default, deserialize_with = "present")]
    #[validate(custom(function = "validation::default_access"))]
    #[schema(pattern = "^(none|read|write)$", nullable = false)]
    default_access: Option<String>,
    /// Its own limits; 0 is none, and `null` as its kind says.
    #[serde(default)]
    #[validate(nested)]
    #[schema(value_type = BTreeMap<String, Option<u64>>, required = false)]
    limits: LimitsBody<Option<i64>>,
    /// What its kind declares beside.
    #[serde(default)]
    #[validate(nested)]
    #[schema(schema_with = field_changes, required = false)]
    fields: FieldsBody<Option<FieldValueBody>>,
}

impl TryFrom<WorkspaceChangesBody> for WorkspaceChanges {
    type Error = Problem;

    fn try_from(body: WorkspaceChangesBody) -> Result<Self, Problem> {
        Ok(Self {
            name: body.name.as_deref().map(Name::parse).transpose()?,
            slug: body.slug.as_deref().map(Slug::parse).transpose()?,
            description: change(body.description)?,
            group_id: match body.group_id {
                None => Change::Keep,
                Some(None) => Change::Clear,
                Some(Some(id)) => Change::Set(WorkspaceGroupId::from(parse_id(&id)?)),
            },
            default_access: body.default_access.as_deref().map(parse_default_access).transpose()?,
            limits: body.limits.changes()?,
            fields: body.fields.changes()?,
        })
    }
}

/// Change a workspace.
#[utoipa::path(
    tag = "Workspaces",
    params(OrganizationParam, WorkspaceParam, IfMatchParam),
    request_body = WorkspaceChangesBody,
    responses(
        (status = 200, description = "As it is now.", body = WorkspaceBody, headers(("ETag" = String, description = "Its state."))),
        Reading, Conditional, Authenticating, Scoped, Conflicting, Fallible
    )
)]
#[patch("/organizations/{org}/workspaces/{workspace}")]
pub(super) async fn update_workspace(
    state: Data<HttpState>,
    caller: Authenticated,
    organization: OrganizationPath,
    workspace: WorkspacePath,
    precondition: IfMatch,
    body: Body<WorkspaceChangesBody>,
) -> Result<HttpResponse, Problem> {
    let place = (organization.0, workspace.0);
    update(&state, &caller, place, body.0, &precondition.0, &BoundKind::none()).await
}

pub(super) async fn update(
    state: &HttpState,
    caller: &Authenticated,
    (organization, id): (OrganizationRef, WorkspaceId),
    body: WorkspaceChangesBody,
    precondition: &Precondition,
    bound: &BoundKind,
) -> Result<HttpResponse, Problem> {
    let changes = body.try_into()?;
    let which = bound.workspace(id);
    let seen = state.guildhall().update_workspace(caller, organization, which, changes, precondition).await?;
    Ok(answer::changed(&EntityTag::from(&seen), WorkspaceBody::from(seen)))
}
