//! What requests for credits were answered: the ledger keeps it with the
//! transaction that each made (R-IDEM).

use diesel::{
    ExpressionMethods, NullableExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection,
};
use guildhall_domain::OrganizationId;
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};

use super::credit_transactions::scoped;
use crate::prepared::once;
use crate::schema::credit_transactions;
use crate::store_error::failure;
use crate::value::{Id, Time};

/// What each of these requests was answered, in their order. Each is looked up
/// by itself: a question makes no round trip here, and takes less time than its
/// place in a list of questions.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    requests: &[IdempotentRequest],
) -> Result<Vec<Option<IdempotentAnswer>>, StoreError> {
    requests.iter().map(|request| find(connection, organization, request)).collect()
}

/// The name of the statement that every spend asks with.
struct Find;

fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    request: &IdempotentRequest,
) -> Result<Option<IdempotentAnswer>, StoreError> {
    let asked = scoped(Id(organization.uuid()))
        .filter(credit_transactions::actor_id.eq(Id(request.user_id.uuid())))
        .filter(credit_transactions::request_operation.eq(request.operation.as_ref()))
        .filter(credit_transactions::request_key.eq(&request.key))
        .select((
            credit_transactions::request_fingerprint.assume_not_null(),
            credit_transactions::answer.assume_not_null(),
            credit_transactions::created_at,
        ));
    let found = once::<Find, _>(asked).get_result(connection).optional().map_err(failure)?;
    Ok(found.map(|(fingerprint, answer, Time(created_at))| IdempotentAnswer { fingerprint, answer, created_at }))
}
