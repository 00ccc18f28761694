use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::credits::{CreditTransaction, Movement, MovementKind, PeriodKey};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{Description, Name, OrganizationId};
use guildhall_ports::store::{CreditTransactionFilter, CreditWrites, StoreError};
use uuid::Uuid;

use super::paging::rows;
use crate::prepared::Limited;
use crate::schema::credit_transactions;
use crate::store_error::{failure, unless_absent};
use crate::value::{Count, Entries, Id, Time, Word};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_transactions, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Row {
    organization_id: Id,
    id: Id,
    kind: Word<MovementKind>,
    amount: Count,
    user_id: Option<Id>,
    actor_id: Option<Id>,
    workspace_id: Option<Id>,
    operation: Option<Word<Name>>,
    reservation_id: Option<Id>,
    reverses: Option<Id>,
    day: Word<PeriodKey>,
    month: Word<PeriodKey>,
    reason: Option<Word<Description>>,
    entries: Entries,
    created_at: Time,
}

impl From<&CreditTransaction> for Row {
    fn from(transaction: &CreditTransaction) -> Self {
        Self {
            organization_id: Id(transaction.organization_id.uuid()),
            id: Id(transaction.id.uuid()),
            kind: Word(transaction.movement.kind),
            amount: Count(transaction.movement.amount),
            user_id: transaction.user_id.map(|id| Id(id.uuid())),
            actor_id: transaction.actor_id.map(|id| Id(id.uuid())),
            workspace_id: transaction.workspace_id.map(|id| Id(id.uuid())),
            operation: transaction.operation.clone().map(Word),
            reservation_id: transaction.reservation_id.map(|id| Id(id.uuid())),
            reverses: transaction.reverses.map(|id| Id(id.uuid())),
            day: Word(transaction.day.clone()),
            month: Word(transaction.month.clone()),
            reason: transaction.reason.clone().map(Word),
            entries: Entries(transaction.movement.entries.clone()),
            created_at: Time(transaction.created_at),
        }
    }
}

impl From<Row> for CreditTransaction {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            organization_id: row.organization_id.0.into(),
            movement: Movement { kind: row.kind.0, amount: row.amount.0, entries: row.entries.0 },
            user_id: row.user_id.map(|id| id.0.into()),
            actor_id: row.actor_id.map(|id| id.0.into()),
            workspace_id: row.workspace_id.map(|id| id.0.into()),
            operation: row.operation.map(|word| word.0),
            reservation_id: row.reservation_id.map(|id| id.0.into()),
            reverses: row.reverses.map(|id| id.0.into()),
            day: row.day.0,
            month: row.month.0,
            reason: row.reason.map(|word| word.0),
            created_at: row.created_at.0,
        }
    }
}

/// A new row: with what was answered, which the lists do not read.
#[derive(Insertable)]
#[diesel(table_name = credit_transactions, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct NewRow {
    #[diesel(embed)]
    row: Row,
    request_operation: Option<String>,
    request_key: Option<String>,
    request_fingerprint: Option<String>,
    answer: Option<String>,
}

impl NewRow {
    fn new(transaction: &CreditTransaction, writes: &CreditWrites) -> Self {
        let (request, answer) = writes.answers.get(&transaction.id).map(|(request, answer)| (request, answer)).unzip();
        Self {
            row: Row::from(transaction),
            request_operation: request.map(|request| request.operation.to_string()),
            request_key: request.map(|request| request.key.clone()),
            request_fingerprint: request.map(|request| request.fingerprint.clone()),
            answer: answer.cloned(),
        }
    }
}

/// The ledger of one organization: every query starts here.
#[auto_type]
pub(super) fn scoped(organization: Id) -> _ {
    credit_transactions::table.filter(credit_transactions::organization_id.eq(organization))
}

/// Transactions, newest first by id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    filter: &CreditTransactionFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<CreditTransaction, Uuid>, StoreError> {
    let mut query = scoped(Id(organization.uuid())).select(Row::as_select()).into_boxed();
    if let Some(user) = filter.user_id {
        query = query.filter(credit_transactions::user_id.eq(Id(user.uuid())));
    }
    if let Some(workspace) = filter.workspace_id {
        query = query.filter(credit_transactions::workspace_id.eq(Id(workspace.uuid())));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(credit_transactions::kind.eq(Word(kind)));
    }
    if let Some(after) = page.after {
        query = query.filter(credit_transactions::id.lt(Id(after)));
    }
    let found: Vec<Row> =
        query.order(credit_transactions::id.desc()).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(CreditTransaction::from).collect();
    Ok(Page::from_surplus(found, page.size, |transaction: &CreditTransaction| transaction.id.uuid()))
}

/// Appends transactions with what was answered, many to a statement: whatever
/// the number, only a few statements are ever prepared.
pub(crate) fn insert(connection: &mut SqliteConnection, writes: &CreditWrites) -> Result<(), StoreError> {
    let (thirty_twos, rest) = writes.transactions.as_chunks::<32>();
    thirty_twos.iter().try_for_each(|some| append(connection, some, writes))?;
    let (eights, rest) = rest.as_chunks::<8>();
    eights.iter().try_for_each(|some| append(connection, some, writes))?;
    let (twos, rest) = rest.as_chunks::<2>();
    twos.iter().try_for_each(|some| append(connection, some, writes))?;
    let (ones, _) = rest.as_chunks::<1>();
    ones.iter().try_for_each(|one| append(connection, one, writes))
}

fn append<const N: usize>(
    connection: &mut SqliteConnection,
    transactions: &[CreditTransaction; N],
    writes: &CreditWrites,
) -> Result<(), StoreError> {
    let rows = transactions.each_ref().map(|transaction| NewRow::new(transaction, writes));
    diesel::insert_into(credit_transactions::table).values(rows).execute(connection).map_err(unless_absent)?;
    Ok(())
}
