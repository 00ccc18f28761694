//! The workspaces of one kind in the caller's active organization, under the
//! kind's plural: `/boards`, `/projects` (C-15).

use actix_web::guard::{Delete, Get, Guard, Patch, Post};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder};
use guildhall_app::OrganizationRef::Active;
use guildhall_domain::LimitName;
use guildhall_domain::blueprint::WorkspaceKind;
use utoipa::openapi::path::{Operation, PathItem, Paths};

use super::bound_kind::BoundKind;
use super::create::{self, NewWorkspaceBody};
use super::list::{self, WorkspacesQuery};
use super::update::{self, WorkspaceChangesBody};
use super::{delete, read};
use crate::body::Body;
use crate::credential::Authenticated;
use crate::path::WorkspacePath;
use crate::precondition::IfMatch;
use crate::problem::Problem;
use crate::query::Query;
use crate::state::HttpState;

/// What all kinds are under, which is described already.
const ALL: &str = LimitName::WORKSPACES;

/// The kinds that have an address of their own.
fn with_address(kinds: &[WorkspaceKind]) -> impl Iterator<Item = &WorkspaceKind> {
    kinds.iter().filter(|kind| kind.plural.as_str() != ALL)
}

/// Registers the addresses of every kind.
pub(crate) fn routes_of_kinds(config: &mut ServiceConfig, kinds: &[WorkspaceKind]) {
    for kind in with_address(kinds) {
        let bound = BoundKind(Some(kind.name.clone()));
        let (all, one) = (format!("/{}", kind.plural), format!("/{}/{{workspace}}", kind.plural));
        config
            .service(resource(&all, Get(), &bound, list_of_kind))
            .service(resource(&all, Post(), &bound, create_of_kind))
            .service(resource(&one, Get(), &bound, read_of_kind))
            .service(resource(&one, Patch(), &bound, update_of_kind))
            .service(resource(&one, Delete(), &bound, delete_of_kind));
    }
}

/// One for each method, so that other methods find the answer of all unknown routes.
fn resource<F, Args>(path: &str, method: impl Guard + 'static, bound: &BoundKind, handler: F) -> actix_web::Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).guard(method).app_data(bound.clone()).to(handler)
}

/// Describes the addresses of every kind, from those of all kinds, below `prefix`.
pub(crate) fn describe_kinds(paths: &mut Paths, prefix: &str, kinds: &[WorkspaceKind]) {
    for kind in with_address(kinds) {
        for behind in ["", "/{workspace}"] {
            let Some(mut item) = paths.paths.get(&format!("{prefix}/{ALL}{behind}")).cloned() else { continue };
            describe(&mut item, kind);
            paths.paths.insert(format!("{prefix}/{}{behind}", kind.plural), item);
        }
    }
}

fn describe(item: &mut PathItem, kind: &WorkspaceKind) {
    let PathItem { get, post, patch, delete, .. } = item;
    for operation in [get, post, patch, delete].into_iter().flatten() {
        // `create_my_workspace` → `boards_create`: plurals are unique, and no other id ends in a verb.
        let verb = operation.operation_id.as_deref().and_then(|id| id.split('_').next()).unwrap_or_default();
        operation.operation_id = Some(format!("{}_{verb}", kind.plural));
        bind(operation, kind);
    }
}

fn bind(operation: &mut Operation, kind: &WorkspaceKind) {
    let note = format!("Of the kind `{}` alone.", kind.name);
    operation.description = Some(match operation.description.take() {
        Some(text) if !text.is_empty() => format!("{text}\n\n{note}"),
        _ => note,
    });
}

async fn create_of_kind(
    state: Data<HttpState>,
    caller: Authenticated,
    bound: BoundKind,
    body: Body<NewWorkspaceBody>,
) -> Result<HttpResponse, Problem> {
    create::create(&state, &caller, Active, body.0, &bound).await
}

async fn list_of_kind(
    state: Data<HttpState>,
    caller: Authenticated,
    bound: BoundKind,
    query: Query<WorkspacesQuery>,
) -> Result<HttpResponse, Problem> {
    list::list(&state, &caller, Active, query.0, &bound).await
}

async fn read_of_kind(
    state: Data<HttpState>,
    request: HttpRequest,
    caller: Authenticated,
    bound: BoundKind,
    workspace: WorkspacePath,
) -> Result<HttpResponse, Problem> {
    read::read(&state, &request, &caller, (Active, workspace.0), &bound).await
}

async fn update_of_kind(
    state: Data<HttpState>,
    caller: Authenticated,
    bound: BoundKind,
    workspace: WorkspacePath,
    precondition: IfMatch,
    body: Body<WorkspaceChangesBody>,
) -> Result<HttpResponse, Problem> {
    update::update(&state, &caller, (Active, workspace.0), body.0, &precondition.0, &bound).await
}

async fn delete_of_kind(
    state: Data<HttpState>,
    caller: Authenticated,
    bound: BoundKind,
    workspace: WorkspacePath,
    precondition: IfMatch,
) -> Result<HttpResponse, Problem> {
    delete::delete(&state, &caller, (Active, workspace.0), &precondition.0, &bound).await
}
