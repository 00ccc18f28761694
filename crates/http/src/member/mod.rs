//! Members of an organization.

mod access;
mod access_schema;
mod add;
mod change_role;
mod check;
mod check_batch;
mod explained_access;
mod grant;
mod list;
mod named_account;
mod offer;
mod ownership;
mod permissions;
mod read;
mod remove;
mod schema;

pub(crate) use check::check_permission;
pub(crate) use check_batch::check_permissions;
pub(crate) use grant::{GrantBody, NewGrantBody};
pub(crate) use named_account::{account, names_account};
pub(crate) use offer::{access, role_label};
pub(crate) use schema::MemberBody;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(read::read_my_member)
        .service(list::list_members)
        .service(add::add_member)
        .service(read::read_member)
        .service(change_role::change_member_role)
        .service(remove::remove_member)
        .service(access::read_member_access)
        .service(access::set_member_access)
        .service(permissions::list_member_permissions)
        .service(ownership::leave_organization)
        .service(ownership::transfer_ownership);
}
