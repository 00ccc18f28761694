//! What several lists have in common.

use diesel::SqliteConnection;
use guildhall_domain::OrganizationId;
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use super::{List, behind, blocks};

/// How many blocks of a list are read at once.
const BLOCKS: i64 = 8;

/// Goes through a list, from the newest transaction on.
struct Reading {
    list: List,
    /// What is read and was not passed yet, the oldest first.
    ids: Vec<Uuid>,
    /// Where the last block that was read begins.
    before: Option<Uuid>,
}

impl Reading {
    /// Goes on to the newest transaction that is not newer than this one.
    fn go_to(
        &mut self,
        connection: &mut SqliteConnection,
        organization: OrganizationId,
        newest: Uuid,
    ) -> Result<Option<Uuid>, StoreError> {
        loop {
            self.ids.truncate(self.ids.partition_point(|id| *id <= newest));
            if let Some(id) = self.ids.last() {
                return Ok(Some(*id));
            }
            // Blocks that begin later are passed.
            let before = [self.before, behind(newest)].into_iter().flatten().min();
            let more = blocks(connection, organization, &self.list, before, BLOCKS)?;
            let Some((first, _)) = more.last() else { return Ok(None) };
            self.before = Some(first.0);
            self.ids = more.into_iter().rev().flat_map(|(_, ids)| ids.0).collect();
        }
    }
}

/// Transactions that are in all of these lists, the newest first, from one that may be among them on, as many as are
/// wanted. What is in one only is passed without being read, and where a list ends, so does the search.
pub(in crate::table) fn common(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    lists: Vec<List>,
    newest: Uuid,
    wanted: usize,
) -> Result<Vec<Uuid>, StoreError> {
    let mut readings: Vec<_> = lists.into_iter().map(|list| Reading { list, ids: Vec::new(), before: None }).collect();
    let (mut found, mut newest) = (Vec::new(), newest);
    while found.len() < wanted {
        let first = newest;
        for reading in &mut readings {
            let Some(id) = reading.go_to(connection, organization, newest)? else { return Ok(found) };
            newest = id;
        }
        // Another one may have gone past where the first is.
        let is_common = readings.iter().all(|reading| reading.ids.last() == Some(&newest));
        if is_common {
            found.push(newest);
            let Some(next) = newest.as_u128().checked_sub(1) else { break };
            newest = Uuid::from_u128(next);
        }
        debug_assert!(is_common || newest < first, "it goes on");
    }
    Ok(found)
}
