//! Workspaces of an organization, whatever the deployment calls them, and who is in them.

mod archive;
mod bound_kind;
mod create;
mod delete;
mod kinds;
mod list;
mod member_role;
mod member_schema;
mod members;
mod of_kind;
mod read;
mod schema;
mod shorthand;
mod update;
mod values;

pub(crate) use list::list_workspaces_bare;
pub(crate) use of_kind::{describe_kinds, routes_of_kinds};
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(read::read_workspace)
        .service(list::list_workspaces)
        .service(create::create_workspace)
        .service(update::update_workspace)
        .service(delete::delete_workspace)
        .service(archive::archive_workspace)
        .service(archive::restore_workspace)
        .service(member_role::transfer_workspace)
        .service(members::list_workspace_members)
        .service(members::read_workspace_member)
        .service(members::add_workspace_member)
        .service(member_role::change_workspace_role)
        .service(member_role::remove_workspace_member)
        .service(kinds::list_workspace_kinds)
        .service(shorthand::read_my_workspace)
        .service(shorthand::list_my_workspaces)
        .service(shorthand::create_my_workspace)
        .service(shorthand::update_my_workspace)
        .service(shorthand::delete_my_workspace);
}
