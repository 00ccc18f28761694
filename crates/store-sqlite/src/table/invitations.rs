use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, OptionalExtension, QueryDsl,
    Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    Description, Email, Invitation, InvitationId, InvitationStatus, OrganizationId, RoleId, Timestamp, TokenDigest,
    UserId, Version, WorkspaceAccess,
};
use guildhall_ports::store::{Constraint, InvitationFilter, StoreError};
use uuid::Uuid;

use super::memberships::{member_role, role_id};
use super::paging::rows;
use crate::prepared::{self, Constant, Limited};
use crate::schema::{invitations, memberships};
use crate::store_error::{failure, unless_absent, unless_unique_in, violates};
use crate::value::{Grants, Hash, Id, Time, Word};

/// The rule that an address has one pending invitation, as SQLite names it.
const PENDING_RULE: &str = "invitations.organization_id, invitations.email";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations, check_for_backend(Sqlite), treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: Id,
    id: Id,
    email: Word<Email>,
    role: String,
    role_id: Option<Id>,
    all_read: bool,
    all_write: bool,
    grants: Grants,
    message: Option<Word<Description>>,
    invited_by: Option<Id>,
    status: Word<InvitationStatus>,
    token_digest: Hash,
    created_at: Time,
    updated_at: Time,
    expires_at: Time,
    version: i64,
}

impl From<&Invitation> for Row {
    fn from(invitation: &Invitation) -> Self {
        let invitation = invitation.clone();
        Self {
            organization_id: Id(invitation.organization_id.uuid()),
            id: Id(invitation.id.uuid()),
            email: Word(invitation.email),
            role: invitation.role.as_str().to_owned(),
            role_id: role_id(invitation.role),
            all_read: invitation.access.all_read,
            all_write: invitation.access.all_write,
            grants: Grants(invitation.grants),
            message: invitation.message.map(Word),
            invited_by: invitation.invited_by.map(|user| Id(user.uuid())),
            status: Word(invitation.status),
            token_digest: Hash(*invitation.token_digest.as_bytes()),
            created_at: Time(invitation.created_at),
            updated_at: Time(invitation.updated_at),
            expires_at: Time(invitation.expires_at),
            version: invitation.version.0,
        }
    }
}

impl Row {
    pub(super) fn invitation(self) -> Result<Invitation, StoreError> {
        Ok(Invitation {
            id: self.id.0.into(),
            organization_id: self.organization_id.0.into(),
            email: self.email.0,
            role: member_role(&self.role, self.role_id)?,
            access: WorkspaceAccess { all_read: self.all_read, all_write: self.all_write },
            grants: self.grants.0,
            message: self.message.map(|word| word.0),
            invited_by: self.invited_by.map(|id| id.0.into()),
            status: self.status.0,
            token_digest: TokenDigest::new(self.token_digest.0),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            expires_at: self.expires_at.0,
            version: Version(self.version),
        })
    }
}

/// The invitations into one organization: every query but by token starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    invitations::table.filter(invitations::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// A status as the partial indexes have it.
pub(super) fn constant(status: InvitationStatus) -> Constant {
    Constant(status.as_str())
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    invitation: InvitationId,
) -> Result<Option<Invitation>, StoreError> {
    let row: Option<Row> = of(organization)
        .filter(invitations::id.eq(Id(invitation.uuid())))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    row.map(Row::invitation).transpose()
}

/// The pending invitation to an address, in time or not.
pub(crate) fn find_pending(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    email: &Email,
) -> Result<Option<Invitation>, StoreError> {
    let row: Option<Row> = of(organization)
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::status.eq(constant(InvitationStatus::Pending)))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    row.map(Row::invitation).transpose()
}

/// The invitation that a token belongs to, in whatever organization.
pub(crate) fn find_by_token(
    connection: &mut SqliteConnection,
    digest: TokenDigest,
) -> Result<Option<Invitation>, StoreError> {
    let row: Option<Row> = invitations::table
        .filter(invitations::token_digest.eq(Hash(*digest.as_bytes())))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    row.map(Row::invitation).transpose()
}

/// Invitations, newest first by id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    filter: &InvitationFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Invitation, Uuid>, StoreError> {
    let is = |status| invitations::status.eq(constant(status));
    let mut query = of(organization).select(Row::as_select()).into_boxed();
    if let Some(email) = &filter.email {
        query = query.filter(invitations::email.eq(email.as_str()));
    }
    query = match filter.status {
        None => query,
        Some((InvitationStatus::Pending, at)) => {
            query.filter(is(InvitationStatus::Pending)).filter(invitations::expires_at.gt(Time(at)))
        }
        // Those that say so, and those that are still to be called so.
        Some((InvitationStatus::Expired, at)) => query
            .filter(is(InvitationStatus::Pending).or(is(InvitationStatus::Expired)))
            .filter(is(InvitationStatus::Expired).or(invitations::expires_at.le(Time(at)))),
        Some((answered, _)) => query.filter(is(answered)),
    };
    if let Some(after) = page.after {
        query = query.filter(invitations::id.lt(Id(after)));
    }
    let found: Vec<Row> = query.order(invitations::id.desc()).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(Row::invitation).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(found, page.size, |invitation: &Invitation| invitation.id.uuid()))
}

pub(crate) fn insert(connection: &mut SqliteConnection, invitation: &Invitation) -> Result<(), StoreError> {
    diesel::insert_into(invitations::table).values(Row::from(invitation)).execute(connection).map_err(|error| {
        if violates(&error, PENDING_RULE) {
            StoreError::Conflict(Constraint::InvitationPending)
        } else {
            unless_absent(error)
        }
    })?;
    Ok(())
}

/// Writes status, token, `expires_at` and `updated_at`; the version goes up.
pub(crate) fn update(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    invitation: &Invitation,
) -> Result<Invitation, StoreError> {
    let updated: Option<Row> = prepared::update(of(organization).filter(invitations::id.eq(Id(invitation.id.uuid()))))
        .set((
            invitations::status.eq(Word(invitation.status)),
            invitations::token_digest.eq(Hash(*invitation.token_digest.as_bytes())),
            invitations::expires_at.eq(Time(invitation.expires_at)),
            invitations::updated_at.eq(Time(invitation.updated_at)),
            invitations::version.eq(invitations::version + 1),
        ))
        .returning(Row::as_returning())
        .get_result(connection)
        .optional()
        .map_err(unless_unique_in(PENDING_RULE, Constraint::InvitationPending))?;
    updated.map(Row::invitation).transpose()?.ok_or(StoreError::NotFound)
}

/// Revokes the pending ones to an address and those that a user made, and says how many.
pub(crate) fn revoke(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    to: &Email,
    by: UserId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let theirs = invitations::email.eq(to.as_str()).or(invitations::invited_by.eq(Id(by.uuid())));
    let pending = of(organization).filter(invitations::status.eq(constant(InvitationStatus::Pending)));
    let revoked = prepared::update(pending.filter(theirs))
        .set((
            invitations::status.eq(Word(InvitationStatus::Revoked)),
            invitations::updated_at.eq(Time(at)),
            invitations::version.eq(invitations::version + 1),
        ))
        .execute(connection)
        .map_err(failure)?;
    Ok(u64::try_from(revoked).unwrap_or(u64::MAX))
}

/// The same for those to and by the holders of a custom role.
pub(crate) fn revoke_of_role(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    role: RoleId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let (organization_id, role) = (Id(organization.uuid()), Id(role.uuid()));
    let held = memberships::organization_id.eq(organization_id).and(memberships::role_id.eq(role));
    let holders = memberships::table.filter(held).select(memberships::user_id.nullable());
    let addresses = memberships::table.filter(held).select(memberships::email);
    let theirs = invitations::invited_by.eq_any(holders).or(invitations::email.eq_any(addresses).nullable());
    let pending = of(organization).filter(invitations::status.eq(constant(InvitationStatus::Pending)));
    let revoked = prepared::update(pending.filter(theirs))
        .set((
            invitations::status.eq(Word(InvitationStatus::Revoked)),
            invitations::updated_at.eq(Time(at)),
            invitations::version.eq(invitations::version + 1),
        ))
        .execute(connection)
        .map_err(failure)?;
    Ok(u64::try_from(revoked).unwrap_or(u64::MAX))
}
