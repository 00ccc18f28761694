//! How the lists come after the ledger.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::OrganizationId;
use guildhall_domain::credits::{CreditTransaction, MovementKind};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use super::{List, behind, blocks, until};
use crate::prepared;
use crate::schema::{credit_transaction_lists as lists, credit_transactions, credit_transactions_listed as listed};
use crate::store_error::failure;
use crate::table::credit_transactions::scoped;
use crate::value::{Id, Ids, Word};

/// How many identifiers a block has at most.
const BLOCK: usize = 256;

/// Has the lists follow transactions that were just appended.
pub(in crate::table) fn follow(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    transactions: &[CreditTransaction],
) -> Result<(), StoreError> {
    if transactions.is_empty() {
        return Ok(());
    }
    let until = until(connection, organization)?;
    // A clock may have been set back, or another server's be behind.
    for early in transactions.iter().filter(|it| it.id.uuid() <= until) {
        let (user, workspace) = (early.user_id.map(|it| it.uuid()), early.workspace_id.map(|it| it.uuid()));
        for list in List::all(early.movement.kind, user, workspace) {
            enter_between(connection, organization, &list, early.id.uuid())?;
        }
    }
    if transactions.iter().any(|it| is_turn(it.id.uuid())) { catch_up(connection, organization, until) } else { Ok(()) }
}

/// Whether the lists are written with this transaction: with one in 256. It is
/// told by its id, so that nobody has to count how many are not in them.
pub(in crate::table) fn is_turn(id: Uuid) -> bool {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(id).is_multiple_of(256)
}

type Listed = (Id, Word<MovementKind>, Option<Id>, Option<Id>);

/// Enters all that is behind the lists' end.
fn catch_up(connection: &mut SqliteConnection, organization: OrganizationId, until: Uuid) -> Result<(), StoreError> {
    let rest: Vec<Listed> = scoped(Id(organization.uuid()))
        .filter(credit_transactions::id.gt(Id(until)))
        .order(credit_transactions::id)
        .select((
            credit_transactions::id,
            credit_transactions::kind,
            credit_transactions::user_id,
            credit_transactions::workspace_id,
        ))
        .load(connection)
        .map_err(failure)?;
    let Some(last) = rest.last().map(|(id, ..)| *id) else { return Ok(()) };
    let mut entered: BTreeMap<List, Vec<Uuid>> = BTreeMap::new();
    for (id, kind, user, workspace) in rest {
        for list in List::all(kind.0, user.map(|id| id.0), workspace.map(|id| id.0)) {
            entered.entry(list).or_default().push(id.0);
        }
    }
    for (list, ids) in &entered {
        ids.chunks(BLOCK).try_for_each(|block| begin_block(connection, organization, list, block))?;
    }
    let its = (listed::organization_id.eq(Id(organization.uuid())), listed::until.eq(last));
    let insert = diesel::insert_into(listed::table).values(its);
    let instead = "(organization_id) DO UPDATE SET until = excluded.until";
    prepared::upsert(insert, instead).execute(connection).map_err(failure)?;
    Ok(())
}

/// Enters one that belongs before the lists' end.
fn enter_between(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    list: &List,
    id: Uuid,
) -> Result<(), StoreError> {
    // Blocks that begin up to it.
    let Some((first, Ids(mut ids))) = blocks(connection, organization, list, behind(id), 1)?.pop() else {
        return begin_block(connection, organization, list, &[id]);
    };
    ids.insert(ids.partition_point(|other| *other < id), id);
    let (kept, moved) = ids.split_at(if ids.len() > BLOCK { BLOCK / 2 } else { ids.len() });
    let its = lists::table.find((Id(organization.uuid()), list.0, list.1.clone(), first));
    prepared::update(its).set(lists::ids.eq(Ids(kept.to_vec()))).execute(connection).map_err(failure)?;
    if moved.is_empty() { Ok(()) } else { begin_block(connection, organization, list, moved) }
}

fn begin_block(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    list: &List,
    ids: &[Uuid],
) -> Result<(), StoreError> {
    let Some(first) = ids.first() else { return Ok(()) };
    let row = (
        lists::organization_id.eq(Id(organization.uuid())),
        lists::list.eq(list.0),
        lists::subject.eq(&list.1),
        lists::first.eq(Id(*first)),
        lists::ids.eq(Ids(ids.to_vec())),
    );
    diesel::insert_into(lists::table).values(row).execute(connection).map_err(failure)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::connection::{self, Purpose};

    // R-SPEED: the ledger's end stays short, whatever ids are made of.
    #[test]
    fn it_is_the_turn_of_one_in_256() {
        for step in [1, 256, 1 << 64, 1 << 80] {
            let turns = (1..=25_600_u128).filter(|n| is_turn(Uuid::from_u128((7 << 100) + n * step))).count();
            assert!((50..150).contains(&turns), "{turns} of 25,600 by {step}");
        }
    }

    // R-SPEED: with a clock that was set back every spend comes early, which must not take longer the more there are.
    #[test]
    fn blocks_stay_small_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lists.db");
        crate::migrate(&path).unwrap();
        // One without foreign keys: there is no organization.
        let mut connection = connection::open(&path, Purpose::Migrate, Duration::from_secs(1)).unwrap();
        let (organization, list) = (Uuid::from_u128(1).into(), List::of_kind(MovementKind::Consume));
        // All from 1 to 1,499, which is a prime, in leaps.
        for n in 1..1_500_u128 {
            enter_between(&mut connection, organization, &list, Uuid::from_u128(n * 791 % 1_499 + 1)).unwrap();
        }
        let found = blocks(&mut connection, organization, &list, None, 1_000).unwrap();
        assert!(found.iter().all(|(first, ids)| ids.0.first() == Some(&first.0) && ids.0.len() <= BLOCK));
        assert!(found.len() < 2 * 1_500 / (BLOCK / 2), "{}", found.len());
        let all: Vec<_> = found.iter().rev().flat_map(|(_, ids)| ids.0.iter().map(Uuid::as_u128)).collect();
        assert_eq!(all, (1..1_500).collect::<Vec<_>>());
    }
}
