//! Credits: the organization's pool, what members spend of it, their quotas, and
//! the budgets of workspaces.

mod balance;
mod budget;
mod budget_schema;
mod consume;
mod grant;
mod own_usage;
mod quota;
mod quota_schema;
mod receipt;
mod refund;
mod reservation;
mod reserve;
mod revoke;
mod spending;
mod transaction_schema;
mod transactions;
mod usage;
mod usage_schema;

use utoipa_actix_web::service_config::ServiceConfig;

/// What a product asks before and after everything that it does.
pub(crate) fn routes_of_spending(config: &mut ServiceConfig<'_>) {
    config
        .service(consume::consume_credits)
        .service(reserve::reserve_credits)
        .service(reservation::commit_reservation)
        .service(reservation::release_reservation);
}

/// Everything else.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(own_usage::read_my_credit_usage)
        .service(balance::read_credits)
        .service(usage::list_credit_usage)
        .service(transactions::list_credit_transactions)
        .service(quota::read_member_quota)
        .service(quota::set_member_quota)
        .service(budget::read_workspace_budget)
        .service(budget::set_workspace_budget)
        .service(refund::refund_credits)
        .service(grant::grant_credits)
        .service(revoke::revoke_grant);
}
