use std::cmp::Reverse;

use diesel::dsl::{AsSelect, SqlTypeOf, auto_type};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection};
use guildhall_domain::credits::{CreditTransaction, Movement, MovementKind, PeriodKey};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{Description, Name, OrganizationId};
use guildhall_ports::store::{CreditTransactionFilter, StoreError};
use uuid::Uuid;

use super::credit_transaction_lists::{self, List};
use super::paging::rows;
use crate::prepared::{Limited, one_of};
use crate::schema::credit_transactions;
use crate::store_error::failure;
use crate::value::{Count, Entries, Id, Time, Word};

/// How many blocks of a list are read at once.
const BLOCKS: i64 = 8;

#[derive(Queryable, Selectable)]
#[diesel(table_name = credit_transactions, check_for_backend(Sqlite))]
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

/// The ledger of one organization: every query starts here.
#[auto_type]
pub(super) fn scoped(organization: Id) -> _ {
    credit_transactions::table.filter(credit_transactions::organization_id.eq(organization))
}

/// What a filter finds in one organization's ledger.
fn matching<'a>(
    organization: OrganizationId,
    filter: &CreditTransactionFilter,
) -> credit_transactions::BoxedQuery<'a, Sqlite, SqlTypeOf<AsSelect<Row, Sqlite>>> {
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
    query
}

/// Transactions, newest first by id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    filter: &CreditTransactionFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<CreditTransaction, Uuid>, StoreError> {
    let list = List::with(filter);
    let until = list.as_ref().map(|_| credit_transaction_lists::until(connection, organization)).transpose()?;
    // Those at the ledger's end are in no list yet, and newer than those that are.
    let mut query = matching(organization, filter);
    if let Some(until) = until {
        query = query.filter(credit_transactions::id.gt(Id(until)));
    }
    if let Some(after) = page.after {
        query = query.filter(credit_transactions::id.lt(Id(after)));
    }
    let newest = query.order(credit_transactions::id.desc()).at_most(rows(page));
    let mut found: Vec<Row> = newest.load(connection).map_err(failure)?;
    if let (Some(list), Some(until)) = (list, until) {
        let wanted = page.size.items().saturating_add(1);
        listed(connection, organization, filter, (&list, until), page.after, wanted, &mut found)?;
    }
    let found = found.into_iter().map(CreditTransaction::from).collect();
    Ok(Page::from_surplus(found, page.size, |transaction: &CreditTransaction| transaction.id.uuid()))
}

/// Adds those of a list, as far as it went, until as many are found as are wanted.
fn listed(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    filter: &CreditTransactionFilter,
    (list, until): (&List, Uuid),
    after: Option<Uuid>,
    wanted: usize,
    found: &mut Vec<Row>,
) -> Result<(), StoreError> {
    let is_asked = |id: &&Uuid| **id <= until && after.is_none_or(|after| **id < after);
    let mut before = after;
    while found.len() < wanted {
        let blocks = credit_transaction_lists::blocks(connection, organization, list, before, BLOCKS)?;
        let Some((oldest, _)) = blocks.last() else { return Ok(()) };
        before = Some(oldest.0);
        let ids: Vec<_> = blocks.iter().flat_map(|(_, ids)| ids.0.iter().rev().filter(is_asked)).collect();
        for some in ids.chunks(wanted) {
            let among = one_of(credit_transactions::id, some.iter().map(|id| **id));
            let mut rows: Vec<Row> = matching(organization, filter).filter(among).load(connection).map_err(failure)?;
            rows.sort_unstable_by_key(|row| Reverse(row.id.0));
            found.append(&mut rows);
            if found.len() >= wanted {
                found.truncate(wanted);
                break;
            }
        }
    }
    Ok(())
}
