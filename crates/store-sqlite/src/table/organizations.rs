use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    Description, DomainName, Limit, Name, Organization, OrganizationId, OrganizationStatus, PlanName, Slug, TimeZone,
    Timestamp, UserId, Version, WorkspaceAccess,
};
use guildhall_ports::store::{Constraint, Opened, OpenedMember, OrganizationFilter, StoreError};
use uuid::Uuid;

use super::memberships::member_facts;
use super::paging::rows;
use crate::prepared::{self, Limited};
use crate::schema::{memberships, organizations, roles};
use crate::store_error::{failure, unless_unique};
use crate::value::{Count, Decided, Id, Permissions, Time, Word};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, check_for_backend(Sqlite), treat_none_as_default_value = false)]
pub(super) struct Row {
    id: Id,
    name: Word<Name>,
    slug: Word<Slug>,
    description: Option<Word<Description>>,
    domain: Option<Word<DomainName>>,
    status: Word<OrganizationStatus>,
    time_zone: Word<TimeZone>,
    plan: Word<PlanName>,
    overrides: Decided,
    users_count: Count,
    owners_count: Count,
    workspaces_count: Count,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

impl From<&Organization> for Row {
    fn from(organization: &Organization) -> Self {
        let organization = organization.clone();
        Self {
            id: Id(organization.id.uuid()),
            name: Word(organization.name),
            slug: Word(organization.slug),
            description: organization.description.map(Word),
            domain: organization.domain.map(Word),
            status: Word(organization.status),
            time_zone: Word(organization.time_zone),
            plan: Word(organization.plan),
            overrides: Decided(organization.overrides),
            users_count: Count(0),
            owners_count: Count(0),
            workspaces_count: Count(0),
            created_at: Time(organization.created_at),
            updated_at: Time(organization.updated_at),
            version: organization.version.0,
        }
    }
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            name: row.name.0,
            slug: row.slug.0,
            description: row.description.map(|word| word.0),
            domain: row.domain.map(|word| word.0),
            status: row.status.0,
            time_zone: row.time_zone.0,
            plan: row.plan.0,
            overrides: row.overrides.0,
            users_count: row.users_count.0,
            owners_count: row.owners_count.0,
            workspaces_count: row.workspaces_count.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: Version(row.version),
        }
    }
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<Option<Organization>, StoreError> {
    let row = organizations::table
        .find(Id(organization.uuid()))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(Organization::from))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships, check_for_backend(Sqlite))]
struct CallerRow {
    id: Id,
    role: String,
    role_id: Option<Id>,
    all_read: bool,
    all_write: bool,
    last_active_at: Option<Time>,
}

/// The organization and the caller's place in it, in one statement.
pub(crate) fn open(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    caller: UserId,
) -> Result<Option<Opened>, StoreError> {
    let of_caller = memberships::organization_id.eq(organizations::id).and(memberships::user_id.eq(Id(caller.uuid())));
    let of_member =
        roles::organization_id.eq(organizations::id).and(roles::id.nullable().eq(memberships::role_id.nullable()));
    let row: Option<(Row, Option<CallerRow>, Option<Permissions>)> = organizations::table
        .find(Id(organization.uuid()))
        .left_join(memberships::table.on(of_caller))
        .left_join(roles::table.on(of_member))
        .select((Row::as_select(), Option::<CallerRow>::as_select(), roles::permissions.nullable()))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    let Some((organization, member, permissions)) = row else {
        return Ok(None);
    };
    let member = match member {
        Some(member) => {
            let access = WorkspaceAccess { all_read: member.all_read, all_write: member.all_write };
            Some(OpenedMember {
                facts: member_facts(member.id, &member.role, member.role_id, permissions, access)?,
                last_active_at: member.last_active_at.map(|time| time.0),
            })
        }
        None => None,
    };
    Ok(Some(Opened { organization: organization.into(), member }))
}

/// Organizations of the whole installation, newest first by id (N-32).
pub(crate) fn list(
    connection: &mut SqliteConnection,
    filter: &OrganizationFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Organization, Uuid>, StoreError> {
    let mut query = organizations::table.select(Row::as_select()).into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(organizations::status.eq(Word(status)));
    }
    if let Some(after) = page.after {
        query = query.filter(organizations::id.lt(Id(after)));
    }
    let found: Vec<Row> =
        query.order(organizations::id.desc()).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(Organization::from).collect();
    Ok(Page::from_surplus(found, page.size, |organization: &Organization| organization.id.uuid()))
}

pub(crate) fn insert(connection: &mut SqliteConnection, organization: &Organization) -> Result<(), StoreError> {
    diesel::insert_into(organizations::table)
        .values((Row::from(organization), organizations::name_key.eq(organization.name.sort_key())))
        .execute(connection)
        .map_err(unless_unique(Constraint::OrganizationSlug))?;
    Ok(())
}

/// Writes everything but id, counters, `created_at` and version, which goes up.
pub(crate) fn update(
    connection: &mut SqliteConnection,
    organization: &Organization,
) -> Result<Organization, StoreError> {
    let row = Row::from(organization);
    let updated: Option<Row> = prepared::update(organizations::table.find(row.id))
        .set((
            organizations::name.eq(row.name),
            organizations::name_key.eq(organization.name.sort_key()),
            organizations::slug.eq(row.slug),
            organizations::description.eq(row.description),
            organizations::domain.eq(row.domain),
            organizations::status.eq(row.status),
            organizations::time_zone.eq(row.time_zone),
            organizations::plan.eq(row.plan),
            organizations::overrides.eq(row.overrides),
            organizations::updated_at.eq(row.updated_at),
            organizations::version.eq(organizations::version + 1),
        ))
        .returning(Row::as_returning())
        .get_result(connection)
        .optional()
        .map_err(unless_unique(Constraint::OrganizationSlug))?;
    updated.map(Organization::from).ok_or(StoreError::NotFound)
}

pub(crate) fn delete(connection: &mut SqliteConnection, organization: OrganizationId) -> Result<(), StoreError> {
    let deleted =
        diesel::delete(organizations::table.find(Id(organization.uuid()))).execute(connection).map_err(failure)?;
    if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// A limit as a number. No counter goes beyond what the column holds, so that
/// the greatest is no limit.
pub(super) fn most(limit: Limit) -> i64 {
    match limit {
        Limit::Unlimited => i64::MAX,
        Limit::AtMost(most) => i64::try_from(most).unwrap_or(i64::MAX),
    }
}

/// Counts a new member, where there is room for one. The first is an owner, so
/// that there always is one.
pub(super) fn count_joined(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    as_owner: bool,
    limit: Limit,
    at: Timestamp,
) -> Result<(), StoreError> {
    let at_least = i64::from(!as_owner);
    let owned = organizations::owners_count.ge(at_least);
    let has_room = organizations::users_count.lt(most(limit));
    let counted = prepared::update(organizations::table.find(Id(organization.uuid())).filter(owned.and(has_room)))
        .set((
            organizations::users_count.eq(organizations::users_count + 1),
            organizations::owners_count.eq(organizations::owners_count + i64::from(as_owner)),
            organizations::updated_at.eq(Time(at)),
            organizations::version.eq(organizations::version + 1),
        ))
        .execute(connection)
        .map_err(failure)?;
    if counted > 0 {
        return Ok(());
    }
    match find(connection, organization)? {
        Some(found) if !as_owner && found.owners_count == 0 => Err(StoreError::Conflict(Constraint::LastOwner)),
        Some(_) => Err(StoreError::Conflict(Constraint::LimitReached)),
        None => Err(StoreError::NotFound),
    }
}

/// Counts a member out, unless it is the last owner.
pub(super) fn count_left(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    as_owner: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    let leaving = i64::from(as_owner);
    // Somebody who is no owner leaves any number of them, and be it none.
    let at_least = if as_owner { 2 } else { 0 };
    let others_own = organizations::owners_count.ge(at_least);
    let counted = prepared::update(organizations::table.find(Id(organization.uuid())).filter(others_own))
        .set((
            organizations::users_count.eq(organizations::users_count - 1),
            organizations::owners_count.eq(organizations::owners_count - leaving),
            organizations::updated_at.eq(Time(at)),
            organizations::version.eq(organizations::version + 1),
        ))
        .execute(connection)
        .map_err(failure)?;
    if counted == 0 { Err(StoreError::Conflict(Constraint::LastOwner)) } else { Ok(()) }
}

/// Counts members who became owners, or one owner who is no longer
/// (`change` = -1), unless it is the last.
pub(super) fn count_owners(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    change: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let one_stays = (organizations::owners_count + change).gt(0);
    let counted = prepared::update(organizations::table.find(Id(organization.uuid())).filter(one_stays))
        .set((
            organizations::owners_count.eq(organizations::owners_count + change),
            organizations::updated_at.eq(Time(at)),
            organizations::version.eq(organizations::version + 1),
        ))
        .execute(connection)
        .map_err(failure)?;
    if counted == 0 { Err(StoreError::Conflict(Constraint::LastOwner)) } else { Ok(()) }
}
