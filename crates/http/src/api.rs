use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    account, audit, credits, domain, invitation, join_request, member, organization, plan, platform, role, workspace,
    workspace_group,
};

/// Everything under a prefix. Routes are tried in this order: those that are
/// asked most come first, and words that stand where others have an
/// organization's id come before ids.
pub(crate) fn api(config: &mut ServiceConfig<'_>) {
    config
        .service(member::check_permission)
        .service(member::check_permissions)
        .configure(credits::routes_of_spending)
        .configure(workspace::routes)
        .service(organization::find_organization_by_domain)
        .configure(invitation::routes_of_the_invited)
        .configure(member::routes)
        .configure(organization::routes)
        .configure(account::routes)
        .configure(role::routes)
        .configure(invitation::routes)
        .configure(join_request::routes)
        .configure(domain::routes)
        .configure(plan::routes)
        .configure(credits::routes)
        .configure(workspace_group::routes)
        .configure(audit::routes)
        .configure(platform::routes);
}
