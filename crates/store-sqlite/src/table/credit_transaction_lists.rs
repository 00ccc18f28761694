//! The ledger by kind, by user and by workspace.
//!
//! Every spend waits until what it writes is on the disk, and would write pages
//! of each of these lists. So they are written for some hundred transactions at
//! once, in blocks of identifiers, and it is written how far they go: what is
//! behind that is read from the ledger's end.

mod common;
mod follow;

pub(super) use common::common;
pub(super) use follow::follow;
#[cfg(test)]
pub(super) use follow::is_turn;

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::OrganizationId;
use guildhall_domain::credits::MovementKind;
use guildhall_ports::store::{CreditTransactionFilter, StoreError};
use uuid::Uuid;

use crate::prepared::{Limited, once};
use crate::schema::{credit_transaction_lists as lists, credit_transactions_listed as listed};
use crate::store_error::failure;
use crate::value::{Id, Ids};

/// One of the lists, as its rows name it: the number of its sort, and whose or which it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct List(i64, Vec<u8>);

impl List {
    /// Those whose common transactions are what a filter finds. None where it finds everything.
    pub(super) fn named_by(filter: &CreditTransactionFilter) -> Vec<Self> {
        let kind = filter.kind.map(Self::of_kind);
        let user = filter.user_id.map(|user| Self::of_user(user.uuid()));
        let workspace = filter.workspace_id.map(|workspace| Self::of_workspace(workspace.uuid()));
        [kind, user, workspace].into_iter().flatten().collect()
    }

    fn of_kind(kind: MovementKind) -> Self {
        Self(1, kind.as_str().as_bytes().to_vec())
    }

    fn of_user(user: Uuid) -> Self {
        Self(2, user.as_bytes().to_vec())
    }

    fn of_workspace(workspace: Uuid) -> Self {
        Self(3, workspace.as_bytes().to_vec())
    }

    /// Those that a transaction belongs to.
    fn all(kind: MovementKind, user: Option<Uuid>, workspace: Option<Uuid>) -> impl Iterator<Item = Self> {
        let named = user.map(Self::of_user).into_iter().chain(workspace.map(Self::of_workspace));
        std::iter::once(Self::of_kind(kind)).chain(named)
    }
}

/// Up to which transaction the lists go.
pub(super) fn until(connection: &mut SqliteConnection, organization: OrganizationId) -> Result<Uuid, StoreError> {
    /// The name of the statement that every spend asks with.
    struct Until;
    let until = listed::table.find(Id(organization.uuid())).select(listed::until);
    let until: Option<Id> = once::<Until, _>(until).get_result(connection).optional().map_err(failure)?;
    Ok(until.map_or(Uuid::nil(), |id| id.0))
}

/// Some blocks of a list that begin before a transaction, or the newest, from the newest on: where each begins, and
/// what is in it.
fn blocks(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    list: &List,
    before: Option<Uuid>,
    number: i64,
) -> Result<Vec<(Id, Ids)>, StoreError> {
    let its = lists::organization_id.eq(Id(organization.uuid())).and(lists::list.eq(list.0));
    let mut query = lists::table.filter(its).filter(lists::subject.eq(&list.1)).into_boxed();
    if let Some(before) = before {
        query = query.filter(lists::first.lt(Id(before)));
    }
    let blocks = query.select((lists::first, lists::ids)).order(lists::first.desc()).at_most(number);
    blocks.load(connection).map_err(failure)
}

/// The place right behind an id; none where there is none.
fn behind(id: Uuid) -> Option<Uuid> {
    id.as_u128().checked_add(1).map(Uuid::from_u128)
}
