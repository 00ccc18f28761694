use diesel::dsl::sql;
use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::sql_types::Bool;
use diesel::{BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    Description, Email, Invitation, InvitationId, InvitationStatus, OrganizationId, Timestamp, TokenDigest, UserId,
    Version, WorkspaceAccess,
};
use guildhall_ports::store::{InvitationFilter, StoreError};
use uuid::Uuid;

use crate::row::{bytes32, member_role, role_columns, stored, stored_option, surplus};
use crate::schema::{invitations, memberships};
use crate::unit::Unit;

/// Written out, not bound: only then does PostgreSQL see in every plan that
/// the indexes of pending invitations will do.
pub(crate) const PENDING: &str = "invitations.status = 'pending'";

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg))]
pub(crate) struct InvitationRow {
    organization_id: Uuid,
    id: Uuid,
    email: String,
    role: String,
    role_id: Option<Uuid>,
    all_read: bool,
    all_write: bool,
    grants: serde_json::Value,
    message: Option<String>,
    invited_by: Option<Uuid>,
    status: String,
    token_digest: Vec<u8>,
    created_at: Timestamp,
    updated_at: Timestamp,
    expires_at: Timestamp,
    version: i64,
}

impl InvitationRow {
    pub(crate) fn into_invitation(self) -> Result<Invitation, StoreError> {
        Ok(Invitation {
            id: InvitationId::from(self.id),
            organization_id: OrganizationId::from(self.organization_id),
            email: stored("invitations.email", Email::parse(&self.email))?,
            role: member_role(&self.role, self.role_id)?,
            access: WorkspaceAccess { all_read: self.all_read, all_write: self.all_write },
            grants: serde_json::from_value(self.grants).map_err(corrupt_grants)?,
            message: stored_option("invitations.message", self.message, Description::parse)?,
            invited_by: self.invited_by.map(UserId::from),
            status: stored("invitations.status", InvitationStatus::parse(&self.status))?,
            token_digest: TokenDigest::new(bytes32("invitations.token_digest", self.token_digest)?),
            created_at: self.created_at,
            updated_at: self.updated_at,
            expires_at: self.expires_at,
            version: Version(self.version),
        })
    }
}

fn corrupt_grants(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(format!("invitations.grants: {error}"))
}

/// The invitations of one organization: what every other query narrows down.
#[diesel::dsl::auto_type]
fn scoped(organization: Uuid) -> _ {
    invitations::table.filter(invitations::organization_id.eq(organization))
}

pub(crate) async fn insert(unit: &mut Unit, organization: Uuid, invitation: &Invitation) -> Result<(), StoreError> {
    let (role, role_id) = role_columns(invitation.role);
    let statement = diesel::insert_into(invitations::table).values((
        invitations::organization_id.eq(organization),
        invitations::id.eq(invitation.id.uuid()),
        invitations::email.eq(invitation.email.as_str()),
        invitations::role.eq(role),
        invitations::role_id.eq(role_id),
        invitations::all_read.eq(invitation.access.all_read),
        invitations::all_write.eq(invitation.access.all_write),
        invitations::grants.eq(serde_json::to_value(&invitation.grants).map_err(corrupt_grants)?),
        invitations::message.eq(invitation.message.as_ref().map(Description::as_str)),
        invitations::invited_by.eq(invitation.invited_by.map(UserId::uuid)),
        invitations::status.eq(invitation.status.as_str()),
        invitations::token_digest.eq(invitation.token_digest.as_bytes().as_slice()),
        invitations::created_at.eq(invitation.created_at),
        invitations::updated_at.eq(invitation.updated_at),
        invitations::expires_at.eq(invitation.expires_at),
        invitations::version.eq(invitation.version.0),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted).map(|_| ())
}

pub(crate) async fn find(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<Option<Invitation>, StoreError> {
    let statement = scoped(organization).filter(invitations::id.eq(id)).select(InvitationRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(InvitationRow::into_invitation).transpose()
}

pub(crate) async fn find_pending(
    unit: &mut Unit,
    organization: Uuid,
    email: &Email,
) -> Result<Option<Invitation>, StoreError> {
    let statement = scoped(organization)
        .filter(invitations::email.eq(email.as_str()))
        .filter(sql::<Bool>(PENDING))
        .select(InvitationRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(InvitationRow::into_invitation).transpose()
}

/// In whatever organization, for the operator's unit of work.
pub(crate) async fn find_by_token(unit: &mut Unit, digest: TokenDigest) -> Result<Option<Invitation>, StoreError> {
    let statement = invitations::table
        .filter(invitations::token_digest.eq(digest.as_bytes().as_slice()))
        .select(InvitationRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(InvitationRow::into_invitation).transpose()
}

/// Newest first: identifiers rise with time.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    filter: &InvitationFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Invitation, Uuid>, StoreError> {
    let mut statement = scoped(organization).select(InvitationRow::as_select()).into_boxed();
    match filter.status {
        Some((InvitationStatus::Pending, now)) => {
            statement = statement
                .filter(invitations::status.eq(InvitationStatus::Pending.as_str()))
                .filter(invitations::expires_at.gt(now));
        }
        // A pending one whose time is over counts as expired.
        Some((InvitationStatus::Expired, now)) => {
            let expired = invitations::status.eq(InvitationStatus::Expired.as_str());
            let overdue =
                invitations::status.eq(InvitationStatus::Pending.as_str()).and(invitations::expires_at.le(now));
            statement = statement.filter(expired.or(overdue));
        }
        Some((status, _)) => statement = statement.filter(invitations::status.eq(status.as_str())),
        None => {}
    }
    if let Some(email) = &filter.email {
        statement = statement.filter(invitations::email.eq(email.as_str()));
    }
    if let Some(after) = page.after {
        statement = statement.filter(invitations::id.lt(after));
    }
    let statement = statement.order(invitations::id.desc()).limit(surplus(page.size));
    let rows: Result<Vec<InvitationRow>, _> = statement.load(unit.connection().await?).await;
    let invitations =
        unit.note(rows)?.into_iter().map(InvitationRow::into_invitation).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(invitations, page.size, |invitation| invitation.id.uuid()))
}

pub(crate) async fn update(
    unit: &mut Unit,
    organization: Uuid,
    invitation: &Invitation,
) -> Result<Invitation, StoreError> {
    let statement = diesel::update(invitations::table.find((organization, invitation.id.uuid())))
        .set((
            invitations::status.eq(invitation.status.as_str()),
            invitations::token_digest.eq(invitation.token_digest.as_bytes().as_slice()),
            invitations::expires_at.eq(invitation.expires_at),
            invitations::updated_at.eq(invitation.updated_at),
            invitations::version.eq(invitations::version + 1),
        ))
        .returning(InvitationRow::as_returning());
    let updated = statement.get_result(unit.connection().await?).await;
    unit.note(updated)?.into_invitation()
}

/// Revokes the pending ones to an address and those that a user made, in time or not.
pub(crate) async fn revoke(
    unit: &mut Unit,
    organization: Uuid,
    to: &Email,
    by: Uuid,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let statement = diesel::update(scoped(organization))
        .filter(sql::<Bool>(PENDING))
        .filter(invitations::email.eq(to.as_str()).or(invitations::invited_by.eq(by)))
        .set((
            invitations::status.eq(InvitationStatus::Revoked.as_str()),
            invitations::updated_at.eq(at),
            invitations::version.eq(invitations::version + 1),
        ));
    let revoked = statement.execute(unit.connection().await?).await;
    Ok(unit.note(revoked)? as u64)
}

/// The same for those to and by the holders of a custom role.
pub(crate) async fn revoke_of_role(
    unit: &mut Unit,
    organization: Uuid,
    role: Uuid,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let held = memberships::organization_id.eq(organization).and(memberships::role_id.eq(role));
    let holders = memberships::table.filter(held).select(memberships::user_id.nullable());
    let addresses = memberships::table.filter(held).select(memberships::email);
    let statement = diesel::update(scoped(organization))
        .filter(sql::<Bool>(PENDING))
        .filter(invitations::invited_by.eq_any(holders).or(invitations::email.eq_any(addresses).nullable()))
        .set((
            invitations::status.eq(InvitationStatus::Revoked.as_str()),
            invitations::updated_at.eq(at),
            invitations::version.eq(invitations::version + 1),
        ));
    let revoked = statement.execute(unit.connection().await?).await;
    Ok(unit.note(revoked)? as u64)
}
