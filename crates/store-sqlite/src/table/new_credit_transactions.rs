//! Transactions that are appended to the ledger, each with what was answered,
//! which the lists do not read.

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::CreditTransaction;
use guildhall_domain::{Description, Name};
use guildhall_ports::store::{CreditWrites, StoreError};

use crate::store_error::unless_absent;
use crate::value::{Count, Id, Moved, Time};

/// Appends them, many to a statement: whatever the number, only a few
/// statements are ever prepared.
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
    let rows = transactions.each_ref().map(|transaction| Row::new(transaction, writes));
    Append(rows).execute(connection).map_err(unless_absent)?;
    Ok(())
}

/// The row's columns, written once for what they hold, what they are called and how they are bound.
macro_rules! row {
    ($first:ident: $first_rust:ty as $first_sql:ty, $($column:ident: $rust:ty as $sql:ty),+ $(,)?) => {
        struct Row<'a> {
            $first: $first_rust,
            $($column: $rust,)+
        }

        impl Row<'_> {
            const COLUMNS: &'static str = concat!(stringify!($first) $(, ", ", stringify!($column))+);

            fn bind<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_bind_param::<$first_sql, _>(&self.$first)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<$sql, _>(&self.$column)?;
                )+
                Ok(())
            }
        }
    };
}

row! {
    organization_id: Id as Binary,
    id: Id as Binary,
    kind: &'a str as Text,
    amount: Count as BigInt,
    user_id: Option<Id> as Nullable<Binary>,
    actor_id: Option<Id> as Nullable<Binary>,
    workspace_id: Option<Id> as Nullable<Binary>,
    operation: Option<&'a str> as Nullable<Text>,
    reservation_id: Option<Id> as Nullable<Binary>,
    reverses: Option<Id> as Nullable<Binary>,
    day: &'a str as Text,
    month: &'a str as Text,
    reason: Option<&'a str> as Nullable<Text>,
    entries: Moved<'a> as Text,
    created_at: Time as BigInt,
    request_operation: Option<&'a str> as Nullable<Text>,
    request_key: Option<&'a str> as Nullable<Text>,
    request_fingerprint: Option<&'a str> as Nullable<Text>,
    answer: Option<&'a str> as Nullable<Text>,
}

impl<'a> Row<'a> {
    fn new(transaction: &'a CreditTransaction, writes: &'a CreditWrites) -> Self {
        let (request, answer) = writes.answers.get(&transaction.id).map(|(request, answer)| (request, answer)).unzip();
        Self {
            organization_id: Id(transaction.organization_id.uuid()),
            id: Id(transaction.id.uuid()),
            kind: transaction.movement.kind.as_str(),
            amount: Count(transaction.movement.amount),
            user_id: transaction.user_id.map(|id| Id(id.uuid())),
            actor_id: transaction.actor_id.map(|id| Id(id.uuid())),
            workspace_id: transaction.workspace_id.map(|id| Id(id.uuid())),
            operation: transaction.operation.as_ref().map(Name::as_str),
            reservation_id: transaction.reservation_id.map(|id| Id(id.uuid())),
            reverses: transaction.reverses.map(|id| Id(id.uuid())),
            day: transaction.day.as_str(),
            month: transaction.month.as_str(),
            reason: transaction.reason.as_ref().map(Description::as_str),
            entries: Moved(&transaction.movement.entries),
            created_at: Time(transaction.created_at),
            request_operation: request.map(|request| request.operation.as_ref()),
            request_key: request.map(|request| request.key.as_str()),
            request_fingerprint: request.map(|request| request.fingerprint.as_str()),
            answer: answer.map(String::as_str),
        }
    }
}

/// One statement for each number of rows. What diesel would write goes through
/// all of a row's columns once for each of them, several times for each spend.
struct Append<'a, const N: usize>([Row<'a>; N]);

impl<const N: usize> QueryId for Append<'_, N> {
    type QueryId = Append<'static, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const N: usize> RunQueryDsl<SqliteConnection> for Append<'_, N> {}

impl<const N: usize> QueryFragment<Sqlite> for Append<'_, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT INTO credit_transactions (");
        out.push_sql(Row::COLUMNS);
        let mut before = ") VALUES (";
        for row in &self.0 {
            out.push_sql(before);
            row.bind(&mut out)?;
            before = "), (";
        }
        out.push_sql(")");
        Ok(())
    }
}
