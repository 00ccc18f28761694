use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use guildhall_app::CursorPage;
use guildhall_domain::blueprint::{DefaultWorkspaceAccess, FieldRule, WorkspaceKind};
use guildhall_domain::{FieldName, LimitName, WorkspaceKindName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::credential::Authenticated;
use crate::page::PageBody;
use crate::problem::Problem;
use crate::responses::{Authenticating, Fallible};
use crate::state::HttpState;

/// A kind of workspace: what the deployment calls it, and what it has.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceKind, examples(json!({
    "name": "board",
    "plural": "boards",
    "label": "Board",
    "default_access": "none",
    "can_be_personal": false,
    "limits": {"max_agents": 1},
    "fields": {"objective": {"type": "text", "required": false, "choices": ["delivery", "research"]}}
})))]
pub(crate) struct WorkspaceKindBody {
    #[schema(value_type = String)]
    name: WorkspaceKindName,
    /// The path under which they are, such as `/boards`, and the name of their limit.
    #[schema(value_type = String)]
    plural: LimitName,
    /// What people call it.
    label: String,
    /// What every member of the organization may do in a new one, without a grant.
    #[schema(value_type = String, pattern = "^(none|read|write)$")]
    default_access: DefaultWorkspaceAccess,
    /// Whether every member gets one of their own.
    can_be_personal: bool,
    /// Its own limits, with what a new one has; 0 is none.
    #[schema(value_type = BTreeMap<String, u64>)]
    limits: BTreeMap<LimitName, u64>,
    /// What it has beside name and description.
    #[schema(value_type = BTreeMap<String, WorkspaceFieldBody>)]
    fields: BTreeMap<FieldName, WorkspaceFieldBody>,
}

/// What a field may hold.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkspaceField)]
pub(crate) struct WorkspaceFieldBody {
    #[serde(rename = "type")]
    #[schema(pattern = "^(text|integer|boolean)$")]
    r#type: &'static str,
    /// Whether there is no workspace without it.
    required: bool,
    /// The only texts that there are, where not any is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    choices: Vec<String>,
}

impl From<FieldRule> for WorkspaceFieldBody {
    fn from(rule: FieldRule) -> Self {
        Self { r#type: rule.field_type.as_str(), required: rule.required, choices: rule.choices }
    }
}

impl From<WorkspaceKind> for WorkspaceKindBody {
    fn from(kind: WorkspaceKind) -> Self {
        Self {
            label: kind.label().to_owned(),
            name: kind.name,
            plural: kind.plural,
            default_access: kind.default_access,
            can_be_personal: kind.can_be_personal,
            limits: kind.limits,
            fields: kind.fields.into_iter().map(|(name, rule)| (name, rule.into())).collect(),
        }
    }
}

/// List the kinds of workspaces of this deployment, in its order.
///
/// All of them at once: `next` is always `null`.
#[utoipa::path(
    tag = "Workspaces",
    responses(
        (status = 200, description = "The kinds.", body = PageBody<WorkspaceKindBody>),
        Authenticating, Fallible
    )
)]
#[get("/workspace-kinds")]
pub(super) async fn list_workspace_kinds(
    state: Data<HttpState>,
    _caller: Authenticated,
) -> Result<HttpResponse, Problem> {
    let items = state.guildhall().workspace_kinds().to_vec();
    Ok(answer::ok(PageBody::of(CursorPage { items, next: None }, WorkspaceKindBody::from)))
}
