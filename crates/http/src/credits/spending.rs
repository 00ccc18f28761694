//! What spending and holding credits have in common.

use guildhall_app::AppError;
use guildhall_app::credits::{Cost, Spending};
use guildhall_domain::{Invalid, WorkspaceId};
use validator::ValidationError;

use crate::problem::Problem;
use crate::state::HttpState;
use crate::validation::{parse_credits, parse_id, refused};

/// Accepts what costs something in exactly one way.
pub(super) fn names_cost(amount: Option<i64>, operation: Option<&str>) -> Result<(), ValidationError> {
    if amount.is_some() == operation.is_some() { Err(refused(exactly_one())) } else { Ok(()) }
}

/// What a body says of it.
pub(super) fn spending(
    amount: Option<i64>,
    operation: Option<String>,
    workspace_id: Option<&str>,
    member: Option<&str>,
) -> Result<Spending, Problem> {
    let cost = match (amount, operation) {
        (Some(amount), None) => Cost::Amount(parse_credits(amount)?),
        (None, Some(operation)) => Cost::Operation(operation),
        _ => return Err(exactly_one().into()),
    };
    let workspace_id = workspace_id.map(parse_id).transpose()?.map(WorkspaceId::from);
    Ok(Spending { cost, workspace_id, member: member.map(parse_id).transpose()? })
}

/// A refusal, with how long it holds where quotas refuse.
pub(super) fn refusal(state: &HttpState, error: AppError) -> Problem {
    Problem::from(error).until_quotas_reset(state.guildhall().now())
}

fn exactly_one() -> Invalid {
    Invalid::new("exactly_one", "must have either `amount` or `operation`")
}
