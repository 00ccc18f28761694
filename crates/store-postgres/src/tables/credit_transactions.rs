//! Pages of the ledger of credits, newest first.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::credits::{CreditTransaction, Entry, LedgerAccount, Movement, MovementKind, PeriodKey};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    CreditGrantId, CreditTransactionId, Description, Name, OrganizationId, ReservationId, Timestamp, UserId,
    WorkspaceId,
};
use guildhall_ports::store::{CreditTransactionFilter, StoreError};
use uuid::Uuid;

use crate::row::{stored, stored_option, surplus, unsigned};
use crate::unit::Unit;

/// The sides: accounts, grants and amounts.
type EntryColumns = (Array<Text>, Array<SqlUuid>, Array<BigInt>);
type EntryRows = (Vec<String>, Vec<Uuid>, Vec<i64>);
/// User, actor, workspace, reservation, and the transaction that is reversed.
type AboutColumns = (Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<SqlUuid>);
type AboutRow = (Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>, Option<Uuid>);
/// Id, kind, amount, entries, what it is about, operation, reason, day, month and time.
type Columns =
    (SqlUuid, Text, BigInt, EntryColumns, AboutColumns, Nullable<Text>, Nullable<Text>, Text, Text, Timestamptz);
type Row = (Uuid, String, i64, EntryRows, AboutRow, Option<String>, Option<String>, String, String, Timestamp);

/// One page. The text depends on what is asked for, so that every plan can begin at the right place of the right
/// index; each text is prepared once per connection.
#[derive(Debug)]
struct ListPage {
    text: String,
    organization: Uuid,
    limit: i64,
    after: Option<Uuid>,
    user: Option<Uuid>,
    workspace: Option<Uuid>,
    kind: Option<&'static str>,
}

impl ListPage {
    fn new(organization: Uuid, filter: &CreditTransactionFilter, page: &PageRequest<Uuid>) -> Self {
        let asked = [
            (page.after.is_some(), " AND t.id < $3"),
            (filter.user_id.is_some(), " AND t.user_id = $4"),
            (filter.workspace_id.is_some(), " AND t.workspace_id = $5"),
            (filter.kind.is_some(), " AND t.kind = $6"),
        ];
        let asked = asked.iter().filter(|(is_asked, _)| *is_asked).map(|(_, condition)| *condition);
        let text = format!(
            "SELECT t.id, t.kind, t.amount, \
                t.entry_accounts, t.entry_grants, t.entry_amounts, \
                t.user_id, t.actor_id, t.workspace_id, t.reservation_id, t.reverses, t.operation, t.reason, t.day, \
                t.month, t.created_at \
             FROM credit_transactions t WHERE t.organization_id = $1{} ORDER BY t.id DESC LIMIT $2",
            asked.collect::<String>()
        );
        Self {
            text,
            organization,
            limit: surplus(page.size),
            after: page.after,
            user: filter.user_id.map(UserId::uuid),
            workspace: filter.workspace_id.map(WorkspaceId::uuid),
            kind: filter.kind.map(MovementKind::as_str),
        }
    }
}

impl Query for ListPage {
    type SqlType = Columns;
}

impl QueryId for ListPage {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<diesel::pg::Pg> for ListPage {
    fn walk_ast<'walk>(&'walk self, mut pass: AstPass<'_, 'walk, diesel::pg::Pg>) -> diesel::QueryResult<()> {
        pass.push_sql(&self.text);
        pass.push_bind_param_value_only::<SqlUuid, _>(&self.organization)?;
        pass.push_bind_param_value_only::<BigInt, _>(&self.limit)?;
        pass.push_bind_param_value_only::<Nullable<SqlUuid>, _>(&self.after)?;
        pass.push_bind_param_value_only::<Nullable<SqlUuid>, _>(&self.user)?;
        pass.push_bind_param_value_only::<Nullable<SqlUuid>, _>(&self.workspace)?;
        pass.push_bind_param_value_only::<Nullable<Text>, _>(&self.kind)?;
        Ok(())
    }
}

pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    filter: &CreditTransactionFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<CreditTransaction, Uuid>, StoreError> {
    let statement = ListPage::new(organization, filter, page);
    let rows = statement.load::<Row>(unit.connection().await?).await;
    let rows = unit.note(rows)?.into_iter().map(|row| into_transaction(organization, row));
    Ok(Page::from_surplus(rows.collect::<Result<Vec<_>, _>>()?, page.size, |transaction| transaction.id.uuid()))
}

fn into_transaction(organization: Uuid, row: Row) -> Result<CreditTransaction, StoreError> {
    let (id, kind, amount, entries, about, operation, reason, day, month, created_at) = row;
    let (user, actor, workspace, reservation, reverses) = about;
    let movement = Movement {
        kind: stored("credit_transactions.kind", MovementKind::parse(&kind))?,
        amount: unsigned("credit_transactions.amount", amount)?,
        entries: into_entries(entries)?,
    };
    Ok(CreditTransaction {
        id: CreditTransactionId::from(id),
        organization_id: OrganizationId::from(organization),
        movement,
        user_id: user.map(UserId::from),
        actor_id: actor.map(UserId::from),
        workspace_id: workspace.map(WorkspaceId::from),
        operation: stored_option("credit_transactions.operation", operation, Name::parse)?,
        reservation_id: reservation.map(ReservationId::from),
        reverses: reverses.map(CreditTransactionId::from),
        day: stored("credit_transactions.day", PeriodKey::parse(&day))?,
        month: stored("credit_transactions.month", PeriodKey::parse(&month))?,
        reason: stored_option("credit_transactions.reason", reason, Description::parse)?,
        created_at,
    })
}

fn into_entries((accounts, grants, amounts): EntryRows) -> Result<Vec<Entry>, StoreError> {
    let entry = |((account, grant), amount): ((String, Uuid), i64)| {
        let account = stored("credit_transactions.entry_accounts", LedgerAccount::parse(&account))?;
        Ok(Entry { account, grant: CreditGrantId::from(grant), amount })
    };
    accounts.into_iter().zip(grants).zip(amounts).map(entry).collect()
}
