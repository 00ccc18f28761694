use diesel::dsl::min;
use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use guildhall_domain::{Email, MailId, Timestamp};
use guildhall_ports::QueuedMail;
use guildhall_ports::store::{ClaimedMail, StoreError};

use crate::prepared::{self, Limited};
use crate::schema::mail_queue;
use crate::store_error::{failure, unless_absent};
use crate::value::{Count, Id, Time, Word};

#[derive(Queryable, Selectable)]
#[diesel(table_name = mail_queue, check_for_backend(Sqlite))]
struct Row {
    id: Id,
    organization_id: Option<Id>,
    recipient: Word<Email>,
    sealed: Vec<u8>,
    created_at: Time,
    due_at: Time,
    attempts: Count,
}

impl Row {
    /// What a sender gets that takes it on.
    fn claimed(self) -> ClaimedMail {
        ClaimedMail {
            mail: QueuedMail {
                id: self.id.0.into(),
                organization_id: self.organization_id.map(|id| id.0.into()),
                to: self.recipient.0,
                created_at: self.created_at.0,
                sealed: self.sealed,
            },
            attempt: u32::try_from(self.attempts.0).unwrap_or(u32::MAX).saturating_add(1),
        }
    }
}

/// Queues a mail, which is due at once.
pub(crate) fn insert(connection: &mut SqliteConnection, mail: &QueuedMail) -> Result<(), StoreError> {
    let row = (
        mail_queue::id.eq(Id(mail.id.uuid())),
        mail_queue::organization_id.eq(mail.organization_id.map(|id| Id(id.uuid()))),
        mail_queue::recipient.eq(mail.to.as_str()),
        mail_queue::sealed.eq(mail.sealed.as_slice()),
        mail_queue::created_at.eq(Time(mail.created_at)),
        mail_queue::due_at.eq(Time(mail.created_at)),
        mail_queue::attempts.eq(Count(0)),
    );
    diesel::insert_into(mail_queue::table).values(row).execute(connection).map_err(unless_absent)?;
    Ok(())
}

/// Takes the mails that are due longest, and makes them due again at `lease`.
pub(crate) fn claim(
    connection: &mut SqliteConnection,
    now: Timestamp,
    lease: Timestamp,
    limit: u16,
) -> Result<Vec<ClaimedMail>, StoreError> {
    let due = mail_queue::table.filter(mail_queue::due_at.le(Time(now)));
    let found: Vec<Row> = due
        .select(Row::as_select())
        .order((mail_queue::due_at, mail_queue::id))
        .at_most(i64::from(limit))
        .load(connection)
        .map_err(failure)?;
    let Some(last) = found.last() else {
        return Ok(Vec::new());
    };
    // The same ones: there is one writer, so nothing came in between.
    let up_to_last = mail_queue::due_at.lt(last.due_at).or(mail_queue::id.le(last.id));
    prepared::update(mail_queue::table.filter(mail_queue::due_at.le(last.due_at).and(up_to_last)))
        .set((mail_queue::due_at.eq(Time(lease)), mail_queue::attempts.eq(mail_queue::attempts + 1)))
        .execute(connection)
        .map_err(failure)?;
    Ok(found.into_iter().map(Row::claimed).collect())
}

/// Deletes a mail, if it is there.
pub(crate) fn delete(connection: &mut SqliteConnection, mail: MailId) -> Result<(), StoreError> {
    diesel::delete(mail_queue::table.find(Id(mail.uuid()))).execute(connection).map_err(failure)?;
    Ok(())
}

/// Makes a mail due again at `at`, if it is there.
pub(crate) fn postpone(connection: &mut SqliteConnection, mail: MailId, at: Timestamp) -> Result<(), StoreError> {
    prepared::update(mail_queue::table.find(Id(mail.uuid())))
        .set(mail_queue::due_at.eq(Time(at)))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

/// When the first is due.
pub(crate) fn next_due(connection: &mut SqliteConnection) -> Result<Option<Timestamp>, StoreError> {
    let next: Option<Time> =
        mail_queue::table.select(min(mail_queue::due_at)).get_result(connection).map_err(failure)?;
    Ok(next.map(|time| time.0))
}
