//! Work on credits where the data is: in one step of the writer, which waits
//! for nobody in between.

use diesel::SqliteConnection;
use guildhall_domain::OrganizationId;
use guildhall_ports::store::{CreditChanges, CreditStep, CreditWork, StoreError};

use crate::table::{audit_events, credits, organizations};

/// What is written becomes lasting with the unit of work; where nothing is,
/// there is nothing to flush.
pub(crate) fn carry_out(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    work: &dyn CreditWork,
) -> Result<(), StoreError> {
    let mut needs = work.begin(organizations::find(connection, organization)?);
    while let Some(asked) = needs {
        needs = match work.decide(credits::read(connection, organization, &asked)?) {
            CreditStep::GoOn(changes, more) => {
                write(connection, organization, &changes)?;
                Some(*more)
            }
            CreditStep::Finish(changes) => {
                write(connection, organization, &changes)?;
                None
            }
            CreditStep::Stop => None,
        };
    }
    Ok(())
}

fn write(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    changes: &CreditChanges,
) -> Result<(), StoreError> {
    credits::write(connection, organization, &changes.writes, changes.at)?;
    for event in &changes.events {
        audit_events::append(connection, organization, event)?;
    }
    Ok(())
}
