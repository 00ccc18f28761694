use diesel::dsl::min;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::{Email, MailId, OrganizationId, Timestamp};
use guildhall_ports::QueuedMail;
use guildhall_ports::store::{ClaimedMail, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::stored;
use crate::schema::mail_queue;
use crate::unit::Unit;

/// Puts a mail in, on behalf of `organization`.
pub(crate) async fn insert(unit: &mut Unit, organization: Option<Uuid>, mail: &QueuedMail) -> Result<(), StoreError> {
    if mail.organization_id.map(OrganizationId::uuid) != organization {
        return Err(StoreError::Corrupt("the mail is on behalf of another organization".to_owned()));
    }
    let statement = diesel::insert_into(mail_queue::table).values((
        mail_queue::id.eq(mail.id.uuid()),
        mail_queue::organization_id.eq(organization),
        mail_queue::recipient.eq(mail.to.as_str()),
        mail_queue::sealed.eq(mail.sealed.as_slice()),
        mail_queue::created_at.eq(mail.created_at),
        mail_queue::due_at.eq(mail.created_at),
        mail_queue::attempts.eq(0),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted).map(|_| ())
}

raw_statement! {
    /// Takes what is due, the longest due first, and makes it due again at the
    /// end of the lease. What another sender is taking at this moment is passed over.
    struct Claim {
        now: Timestamp as Timestamptz,
        lease: Timestamp as Timestamptz,
        limit: i64 as BigInt,
    } -> (SqlUuid, Nullable<SqlUuid>, Text, Binary, Timestamptz, Integer) =
        "WITH due AS ( \
            SELECT m.id, m.due_at FROM mail_queue m WHERE m.due_at <= $1 \
            ORDER BY m.due_at, m.id LIMIT $3 FOR UPDATE SKIP LOCKED), \
         claimed AS ( \
            UPDATE mail_queue m SET due_at = $2, attempts = m.attempts + 1 FROM due WHERE m.id = due.id \
            RETURNING m.id, m.organization_id, m.recipient, m.sealed, m.created_at, m.attempts, due.due_at) \
         SELECT id, organization_id, recipient, sealed, created_at, attempts FROM claimed ORDER BY due_at, id"
}

pub(crate) async fn claim(
    unit: &mut Unit,
    now: Timestamp,
    lease: Timestamp,
    limit: u16,
) -> Result<Vec<ClaimedMail>, StoreError> {
    type Columns = (Uuid, Option<Uuid>, String, Vec<u8>, Timestamp, i32);
    let claimed = Claim { now, lease, limit: i64::from(limit) }.load::<Columns>(unit.connection().await?).await;
    let claimed = unit.note(claimed)?.into_iter().map(|(id, organization, recipient, sealed, created_at, attempts)| {
        Ok(ClaimedMail {
            mail: QueuedMail {
                id: MailId::from(id),
                organization_id: organization.map(OrganizationId::from),
                to: stored("mail_queue.recipient", Email::parse(&recipient))?,
                created_at,
                sealed,
            },
            attempt: u32::try_from(attempts)
                .map_err(|_| StoreError::Corrupt("mail_queue.attempts: negative".to_owned()))?,
        })
    });
    claimed.collect()
}

pub(crate) async fn delete(unit: &mut Unit, id: Uuid) -> Result<(), StoreError> {
    let deleted = diesel::delete(mail_queue::table.find(id)).execute(unit.connection().await?).await;
    unit.note(deleted).map(|_| ())
}

pub(crate) async fn postpone(unit: &mut Unit, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    let statement = diesel::update(mail_queue::table.find(id)).set(mail_queue::due_at.eq(at));
    let postponed = statement.execute(unit.connection().await?).await;
    unit.note(postponed).map(|_| ())
}

pub(crate) async fn next_due(unit: &mut Unit) -> Result<Option<Timestamp>, StoreError> {
    let statement = mail_queue::table.select(min(mail_queue::due_at));
    let due = statement.get_result::<Option<Timestamp>>(unit.connection().await?).await;
    unit.note(due)
}
