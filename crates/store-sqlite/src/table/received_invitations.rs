//! Invitations from the invited person's side: scoped to the address of one
//! user, over all organizations.

use diesel::dsl::auto_type;
use diesel::{
    ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper, SqliteConnection,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    InvitationId, InvitationStatus, Name, OrganizationStatus, ReceivedInvitation, Timestamp, UserId,
};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use super::invitations::{Row as InvitationRow, constant};
use super::paging::rows;
use crate::prepared::{Constant, Limited};
use crate::schema::{invitations, organizations, users};
use crate::store_error::failure;
use crate::value::{Id, Time, Word};

/// The pending invitations to one user's address: every query starts here.
#[auto_type]
fn scoped(user: Id, pending: Constant) -> _ {
    users::table
        .inner_join(invitations::table.on(invitations::email.eq(users::email)))
        .inner_join(organizations::table.on(organizations::id.eq(invitations::organization_id)))
        .filter(users::id.eq(user))
        .filter(invitations::status.eq(pending))
}

fn of(user: UserId) -> scoped {
    scoped(Id(user.uuid()), constant(InvitationStatus::Pending))
}

type Row = (InvitationRow, Word<Name>, Word<OrganizationStatus>);

fn received((invitation, name, status): Row) -> Result<ReceivedInvitation, StoreError> {
    Ok(ReceivedInvitation {
        invitation: invitation.invitation()?,
        organization_name: name.0,
        organization_status: status.0,
    })
}

/// One that is pending, in time or not.
pub(crate) fn find(
    connection: &mut SqliteConnection,
    user: UserId,
    invitation: InvitationId,
) -> Result<Option<ReceivedInvitation>, StoreError> {
    let row: Option<Row> = of(user)
        .filter(invitations::id.eq(Id(invitation.uuid())))
        .select((InvitationRow::as_select(), organizations::name, organizations::status))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    row.map(received).transpose()
}

/// Those of active organizations that can be accepted at `now`, oldest first by id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    user: UserId,
    now: Timestamp,
    page: &PageRequest<Uuid>,
) -> Result<Page<ReceivedInvitation, Uuid>, StoreError> {
    let mut query = of(user)
        .filter(invitations::expires_at.gt(Time(now)))
        .filter(organizations::status.eq(Word(OrganizationStatus::Active)))
        .select((InvitationRow::as_select(), organizations::name, organizations::status))
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(invitations::id.gt(Id(after)));
    }
    let found: Vec<Row> = query.order(invitations::id).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(received).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(found, page.size, |received: &ReceivedInvitation| received.invitation.id.uuid()))
}
