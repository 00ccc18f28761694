//! Invitations as the invited person sees them: with the organization.

use diesel::dsl::sql;
use diesel::result::OptionalExtension;
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{Name, OrganizationStatus, ReceivedInvitation, Timestamp};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::row::{stored, surplus};
use crate::schema::{invitations, organizations, users};
use crate::tables::invitations::{InvitationRow, PENDING};
use crate::unit::Unit;

type ReceivedRow = (InvitationRow, String, String);

/// The query that everything here narrows down: pending, to the user's own address.
macro_rules! scoped {
    ($user:expr) => {
        invitations::table
            .inner_join(organizations::table.on(organizations::id.eq(invitations::organization_id)))
            .filter(invitations::email.nullable().eq(users::table.find($user).select(users::email).single_value()))
            .filter(sql::<Bool>(PENDING))
            .select((InvitationRow::as_select(), organizations::name, organizations::status))
    };
}

fn into_received((invitation, name, status): ReceivedRow) -> Result<ReceivedInvitation, StoreError> {
    Ok(ReceivedInvitation {
        invitation: invitation.into_invitation()?,
        organization_name: stored("organizations.name", Name::parse(&name))?,
        organization_status: stored("organizations.status", OrganizationStatus::parse(&status))?,
    })
}

/// In time or not.
pub(crate) async fn find(unit: &mut Unit, user: Uuid, id: Uuid) -> Result<Option<ReceivedInvitation>, StoreError> {
    let statement = scoped!(user).filter(invitations::id.eq(id));
    let found = statement.get_result::<ReceivedRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_received).transpose()
}

/// Those that can be accepted at `now`, in active organizations, oldest first: identifiers rise with time.
pub(crate) async fn list(
    unit: &mut Unit,
    user: Uuid,
    now: Timestamp,
    page: &PageRequest<Uuid>,
) -> Result<Page<ReceivedInvitation, Uuid>, StoreError> {
    let mut statement = scoped!(user)
        .filter(invitations::expires_at.gt(now))
        .filter(organizations::status.eq(OrganizationStatus::Active.as_str()))
        .into_boxed();
    if let Some(after) = page.after {
        statement = statement.filter(invitations::id.gt(after));
    }
    let statement = statement.order(invitations::id).limit(surplus(page.size));
    let rows: Result<Vec<ReceivedRow>, _> = statement.load(unit.connection().await?).await;
    let received = unit.note(rows)?.into_iter().map(into_received).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(received, page.size, |received| received.invitation.id.uuid()))
}
