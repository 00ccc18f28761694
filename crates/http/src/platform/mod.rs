//! The whole installation, for its superadmins.

mod accounts;
mod organizations;
mod status;
mod users;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(organizations::list_all_organizations)
        .service(organizations::create_organization_for)
        .service(status::suspend_organization)
        .service(status::lock_down_organization)
        .service(status::restore_organization)
        .service(accounts::create_user)
        .service(accounts::reset_password)
        .service(users::list_users)
        .service(users::disable_user)
        .service(users::enable_user);
}
