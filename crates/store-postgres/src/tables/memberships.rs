//! Changes of memberships, each with the organization's counters in one statement.

use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::{
    Limit, MemberId, MemberRole, Membership, MembershipSource, OrganizationId, Timestamp, UserId, Version,
};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{member_role, most, role_columns, stored, unsigned};
use crate::schema::memberships;
use crate::unit::Unit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships, check_for_backend(diesel::pg::Pg))]
pub(crate) struct MembershipRow {
    organization_id: Uuid,
    id: Uuid,
    user_id: Uuid,
    role: String,
    role_id: Option<Uuid>,
    all_read: bool,
    all_write: bool,
    source: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_active_at: Option<Timestamp>,
    version: i64,
}

impl MembershipRow {
    pub(crate) fn into_membership(self) -> Result<Membership, StoreError> {
        Ok(Membership {
            id: MemberId::from(self.id),
            organization_id: OrganizationId::from(self.organization_id),
            user_id: UserId::from(self.user_id),
            role: member_role(&self.role, self.role_id)?,
            all_read: self.all_read,
            all_write: self.all_write,
            source: stored("memberships.source", MembershipSource::parse(&self.source))?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            last_active_at: self.last_active_at,
            version: Version(self.version),
        })
    }
}

raw_statement! {
    /// Adds a member, with the account's e-mail, and counts them; that somebody with this address
    /// left before and that they asked to join is over. Nothing where there would be a member but no owner, or one
    /// more than there may be. Tells whether account and organization were found, whether the member was added, and
    /// what kept them out: that they are a member, or that there is no owner.
    struct Add {
        organization: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        user: Uuid as SqlUuid,
        role: &'static str as Text,
        role_id: Option<Uuid> as Nullable<SqlUuid>,
        all_read: bool as Bool,
        all_write: bool as Bool,
        source: &'static str as Text,
        created_at: Timestamp as Timestamptz,
        updated_at: Timestamp as Timestamptz,
        last_active_at: Option<Timestamp> as Nullable<Timestamptz>,
        version: i64 as BigInt,
        most: i64 as BigInt,
    } -> (Bool, Bool, Bool, Bool, Bool) =
        "WITH account AS (SELECT u.id, u.email FROM users u WHERE u.id = $3), \
         counted AS ( \
            UPDATE organizations o SET users_count = o.users_count + 1, \
                owners_count = o.owners_count + ($4 = 'owner')::integer, updated_at = $9, version = o.version + 1 \
            FROM account WHERE o.id = $1 AND (o.owners_count > 0 OR $4 = 'owner') AND o.users_count < $13 \
            RETURNING o.id), \
         added AS ( \
            INSERT INTO memberships (organization_id, id, user_id, email, role, role_id, all_read, all_write, \
                source, created_at, updated_at, last_active_at, version) \
            SELECT counted.id, $2, account.id, account.email, $4, $5, $6, $7, $8, $9, $10, $11, $12 \
            FROM counted CROSS JOIN account RETURNING organization_id, user_id, email), \
         returned AS ( \
            DELETE FROM departures d USING added \
            WHERE d.organization_id = added.organization_id AND d.email = added.email), \
         answered AS ( \
            DELETE FROM join_requests j USING added \
            WHERE j.organization_id = added.organization_id AND j.user_id = added.user_id) \
         SELECT EXISTS (SELECT FROM account), EXISTS (SELECT FROM organizations o WHERE o.id = $1), \
            EXISTS (SELECT FROM added), \
            EXISTS (SELECT FROM memberships m WHERE m.organization_id = $1 AND m.user_id = $3), \
            EXISTS (SELECT FROM organizations o WHERE o.id = $1 AND o.owners_count = 0 AND $4 <> 'owner')"
}

pub(crate) async fn add(
    unit: &mut Unit,
    organization: Uuid,
    membership: &Membership,
    limit: Limit,
) -> Result<(), StoreError> {
    let (role, role_id) = role_columns(membership.role);
    let statement = Add {
        organization,
        id: membership.id.uuid(),
        user: membership.user_id.uuid(),
        role,
        role_id,
        all_read: membership.all_read,
        all_write: membership.all_write,
        source: membership.source.as_str(),
        created_at: membership.created_at,
        updated_at: membership.updated_at,
        last_active_at: membership.last_active_at,
        version: membership.version.0,
        most: most(limit),
    };
    let added = statement.get_result::<(bool, bool, bool, bool, bool)>(unit.connection().await?).await;
    match unit.note(added) {
        Ok((_, _, true, ..)) => Ok(()),
        Ok((false, ..)) => Err(StoreError::Conflict(Constraint::UnknownUser)),
        Ok((_, false, ..)) => Err(StoreError::NotFound),
        // Who is a member takes no seat, so that they are not refused for want of one.
        Ok((.., true, _)) => Err(StoreError::Conflict(Constraint::MembershipExists)),
        Ok((.., true)) => Err(StoreError::Conflict(Constraint::LastOwner)),
        Ok(_) => Err(StoreError::Conflict(Constraint::LimitReached)),
        // The account went between the look and the check of the foreign key.
        Err(StoreError::Conflict(Constraint::UserHasMemberships)) => Err(StoreError::Conflict(Constraint::UnknownUser)),
        Err(error) => Err(error),
    }
}

raw_statement! {
    /// Gives a member another role and keeps the count of owners; nothing
    /// where no owner would be left. Tells whether the member was found and changed.
    struct ChangeRole {
        organization: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        role: &'static str as Text,
        role_id: Option<Uuid> as Nullable<SqlUuid>,
        at: Timestamp as Timestamptz,
    } -> (Bool, Bool) =
        "WITH found AS ( \
            SELECT ($3 = 'owner')::integer - (m.role = 'owner')::integer AS change \
            FROM memberships m WHERE m.organization_id = $1 AND m.id = $2), \
         counted AS ( \
            UPDATE organizations o SET owners_count = o.owners_count + found.change, updated_at = $5, \
                version = o.version + 1 \
            FROM found WHERE o.id = $1 AND (found.change >= 0 OR o.owners_count + found.change > 0) \
            RETURNING o.id), \
         changed AS ( \
            UPDATE memberships m SET role = $3, role_id = $4, updated_at = $5, version = m.version + 1 \
            FROM counted WHERE m.organization_id = counted.id AND m.id = $2 RETURNING m.id) \
         SELECT EXISTS (SELECT FROM found), EXISTS (SELECT FROM changed)"
}

pub(crate) async fn change_role(
    unit: &mut Unit,
    organization: Uuid,
    id: Uuid,
    role: MemberRole,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (role, role_id) = role_columns(role);
    let statement = ChangeRole { organization, id, role, role_id, at };
    let changed = statement.get_result::<(bool, bool)>(unit.connection().await?).await;
    unless_last_owner(unit.note(changed)?)
}

raw_statement! {
    /// Removes a member and counts; nothing where no owner would be left.
    struct Remove {
        organization: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        at: Timestamp as Timestamptz,
    } -> (Bool, Bool) =
        "WITH found AS ( \
            SELECT (m.role = 'owner')::integer AS owners \
            FROM memberships m WHERE m.organization_id = $1 AND m.id = $2), \
         counted AS ( \
            UPDATE organizations o SET users_count = o.users_count - 1, \
                owners_count = o.owners_count - found.owners, updated_at = $3, version = o.version + 1 \
            FROM found WHERE o.id = $1 AND (found.owners = 0 OR o.owners_count > 1) \
            RETURNING o.id), \
         removed AS ( \
            DELETE FROM memberships m USING counted WHERE m.organization_id = counted.id AND m.id = $2 \
            RETURNING m.id) \
         SELECT EXISTS (SELECT FROM found), EXISTS (SELECT FROM removed)"
}

pub(crate) async fn remove(unit: &mut Unit, organization: Uuid, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    let removed = Remove { organization, id, at }.get_result::<(bool, bool)>(unit.connection().await?).await;
    unless_last_owner(unit.note(removed)?)
}

fn unless_last_owner((found, changed): (bool, bool)) -> Result<(), StoreError> {
    match (found, changed) {
        (false, _) => Err(StoreError::NotFound),
        (true, false) => Err(StoreError::Conflict(Constraint::LastOwner)),
        (true, true) => Ok(()),
    }
}

raw_statement! {
    /// Gives all holders of a custom role another role, and counts new owners.
    struct Reassign {
        organization: Uuid as SqlUuid,
        from: Uuid as SqlUuid,
        role: &'static str as Text,
        role_id: Option<Uuid> as Nullable<SqlUuid>,
        at: Timestamp as Timestamptz,
    } -> BigInt =
        "WITH moved AS ( \
            UPDATE memberships m SET role = $3, role_id = $4, updated_at = $5, version = m.version + 1 \
            WHERE m.organization_id = $1 AND m.role_id = $2 RETURNING m.id), \
         total AS (SELECT count(*) AS members FROM moved), \
         counted AS ( \
            UPDATE organizations o SET updated_at = $5, version = o.version + 1, \
                owners_count = o.owners_count + CASE WHEN $3 = 'owner' THEN total.members ELSE 0 END \
            FROM total WHERE o.id = $1 AND total.members > 0) \
         SELECT members FROM total"
}

pub(crate) async fn reassign_role(
    unit: &mut Unit,
    organization: Uuid,
    from: Uuid,
    to: MemberRole,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let (role, role_id) = role_columns(to);
    let statement = Reassign { organization, from, role, role_id, at };
    let moved = statement.get_result::<i64>(unit.connection().await?).await;
    unsigned("memberships", unit.note(moved)?)
}

raw_statement! {
    /// The organization that `me` stands for: the chosen one if still a member of it, else the one joined first.
    struct Active { user: Uuid as SqlUuid } -> SqlUuid =
        "SELECT m.organization_id FROM memberships m WHERE m.user_id = $1 \
         ORDER BY m.organization_id = (SELECT u.active_organization_id FROM users u WHERE u.id = $1) \
            DESC NULLS LAST, m.created_at, m.id \
         LIMIT 1"
}

pub(crate) async fn active_organization(unit: &mut Unit, user: Uuid) -> Result<Option<OrganizationId>, StoreError> {
    let found = Active { user }.get_result::<Uuid>(unit.connection().await?).await.optional();
    Ok(unit.note(found)?.map(OrganizationId::from))
}
