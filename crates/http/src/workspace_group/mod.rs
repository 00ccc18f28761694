//! Groups of workspaces.

mod change;
mod create;
mod read;
mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(read::list_workspace_groups)
        .service(create::create_workspace_group)
        .service(read::read_workspace_group)
        .service(change::update_workspace_group)
        .service(change::delete_workspace_group);
}
