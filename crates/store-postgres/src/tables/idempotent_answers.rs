use diesel::QueryDsl;
use diesel::result::OptionalExtension;
use diesel::sql_types::{Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::Timestamp;
use guildhall_ports::store::{IdempotentAnswer, IdempotentRequest, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::schema::idempotent_answers;
use crate::unit::Unit;

pub(crate) async fn find(
    unit: &mut Unit,
    organization: Uuid,
    request: &IdempotentRequest,
) -> Result<Option<IdempotentAnswer>, StoreError> {
    let key = (organization, request.user_id.uuid(), request.operation.as_ref(), request.key.as_str());
    let statement = idempotent_answers::table.find(key).select((
        idempotent_answers::fingerprint,
        idempotent_answers::answer,
        idempotent_answers::created_at,
    ));
    let found = statement.get_result::<(String, String, Timestamp)>(unit.connection().await?).await.optional();
    let answer =
        unit.note(found)?.map(|(fingerprint, answer, created_at)| IdempotentAnswer { fingerprint, answer, created_at });
    Ok(answer)
}

raw_statement! {
    /// Keeps an answer and forgets some old ones. No row is both kept and forgotten, which one statement must not do.
    struct Keep<'a> {
        organization: Uuid as SqlUuid,
        user: Uuid as SqlUuid,
        operation: &'a str as Text,
        key: &'a str as Text,
        fingerprint: &'a str as Text,
        answer: &'a str as Text,
        at: Timestamp as Timestamptz,
        forget_before: Timestamp as Timestamptz,
    } -> Bool =
        "WITH old AS ( \
            SELECT a.user_id, a.operation, a.key FROM idempotent_answers a \
            WHERE a.organization_id = $1 AND a.created_at < $8 \
                AND (a.user_id, a.operation, a.key) <> ($2, $3, $4) \
            ORDER BY a.created_at LIMIT 200), \
         forgotten AS ( \
            DELETE FROM idempotent_answers a USING old \
            WHERE a.organization_id = $1 AND a.user_id = old.user_id AND a.operation = old.operation \
                AND a.key = old.key) \
         INSERT INTO idempotent_answers (organization_id, user_id, operation, key, fingerprint, answer, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (organization_id, user_id, operation, key) DO UPDATE \
            SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at \
         RETURNING true"
}

pub(crate) async fn keep(
    unit: &mut Unit,
    organization: Uuid,
    request: &IdempotentRequest,
    answer: &str,
    at: Timestamp,
    forget_before: Timestamp,
) -> Result<(), StoreError> {
    let statement = Keep {
        organization,
        user: request.user_id.uuid(),
        operation: &request.operation,
        key: &request.key,
        fingerprint: &request.fingerprint,
        answer,
        at,
        forget_before,
    };
    let kept = statement.get_result::<bool>(unit.connection().await?).await;
    unit.note(kept).map(|_| ())
}
