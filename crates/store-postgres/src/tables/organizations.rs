use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{
    Description, DomainName, Name, Organization, OrganizationId, OrganizationStatus, Overrides, PlanName, Slug,
    TimeZone, Timestamp, Version,
};
use guildhall_ports::store::{Constraint, Opened, OpenedMember, OrganizationFilter, StoreError};
use uuid::Uuid;

use crate::hot::{FoundMember, MemberColumns};
use crate::raw_statement::raw_statement;
use crate::row::{stored, stored_option, surplus, unsigned};
use crate::schema::organizations;
use crate::unit::Unit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(diesel::pg::Pg))]
pub(crate) struct OrganizationRow {
    id: Uuid,
    name: String,
    slug: String,
    description: Option<String>,
    domain: Option<String>,
    status: String,
    time_zone: String,
    plan: String,
    overrides: serde_json::Value,
    users_count: i64,
    owners_count: i64,
    workspaces_count: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl OrganizationRow {
    pub(crate) fn into_organization(self) -> Result<Organization, StoreError> {
        Ok(Organization {
            id: OrganizationId::from(self.id),
            name: stored("organizations.name", Name::parse(&self.name))?,
            slug: stored("organizations.slug", Slug::parse(&self.slug))?,
            description: stored_option("organizations.description", self.description, Description::parse)?,
            domain: stored_option("organizations.domain", self.domain, DomainName::parse)?,
            status: stored("organizations.status", OrganizationStatus::parse(&self.status))?,
            time_zone: stored("organizations.time_zone", TimeZone::parse(&self.time_zone))?,
            plan: stored("organizations.plan", PlanName::parse(&self.plan))?,
            overrides: serde_json::from_value(self.overrides)
                .map_err(|error| StoreError::Corrupt(format!("organizations.overrides: {error}")))?,
            users_count: unsigned("organizations.users_count", self.users_count)?,
            owners_count: unsigned("organizations.owners_count", self.owners_count)?,
            workspaces_count: unsigned("organizations.workspaces_count", self.workspaces_count)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: Version(self.version),
        })
    }
}

/// What was decided for one organization alone, as JSON.
fn stored_overrides(overrides: &Overrides) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(overrides).map_err(|error| StoreError::Corrupt(format!("organizations.overrides: {error}")))
}

raw_statement! {
    /// Takes the organization, where asked to, and then reads it with the caller's place in it.
    struct Open {
        organization: Uuid as SqlUuid,
        caller: Uuid as SqlUuid,
        taking: bool as Bool,
    } -> (
        (
            SqlUuid, Text, Text, Nullable<Text>, Nullable<Text>, Text, Text, Text, Jsonb, BigInt, BigInt,
            BigInt, Timestamptz, Timestamptz, BigInt,
        ),
        MemberColumns,
        Nullable<Timestamptz>,
    ) = "SELECT * FROM open_organization($1, $2, $3)"
}

type OpenRow = (OrganizationRow, FoundMember, Option<Timestamp>);

/// The first statement of most units of work: in one round trip with what begins the transaction.
macro_rules! first {
    ($unit:ident, $statement:expr, $row:ty) => {{
        let statement = $statement;
        let (connection, beginning) = $unit.connection_to_begin()?;
        let found = match beginning {
            None => statement.get_result::<$row>(connection).await,
            // Where that fails, this finds nothing: row-level security hides everything.
            Some(beginning) => {
                let (mut first, mut second) = (&*connection, &*connection);
                let opening = statement.get_result::<$row>(&mut second);
                let (begun, found) = join(first.batch_execute(&beginning), opening).await;
                $unit.note_beginning(begun)?;
                found
            }
        };
        $unit.note(found.optional())?
    }};
}

/// The organization with the caller's place in it.
pub(crate) async fn open(unit: &mut Unit, organization: Uuid, caller: Uuid) -> Result<Option<Opened>, StoreError> {
    let taking = unit.is_taking_organization(organization);
    let found = first!(unit, Open { organization, caller, taking }, OpenRow);
    let Some((organization, member, last_active_at)) = found else { return Ok(None) };
    let member = member.facts()?.map(|facts| OpenedMember { facts, last_active_at });
    Ok(Some(Opened { organization: organization.into_organization()?, member }))
}

/// The organization, for nobody: taken in the same round trip, and read as it is
/// then. It takes less than to open it for somebody.
pub(crate) async fn find(unit: &mut Unit, organization: Uuid) -> Result<Option<Organization>, StoreError> {
    let its = organizations::table.find(organization).select(OrganizationRow::as_select());
    let found = match unit.is_taking_organization(organization) {
        true => first!(unit, its.for_no_key_update(), OrganizationRow),
        false => first!(unit, its, OrganizationRow),
    };
    found.map(OrganizationRow::into_organization).transpose()
}

raw_statement! {
    /// Makes an organization with an empty audit chain, or nothing where the slug is taken.
    struct Insert<'a> {
        id: Uuid as SqlUuid,
        name: &'a str as Text,
        name_key: String as Text,
        slug: &'a str as Text,
        description: Option<&'a str> as Nullable<Text>,
        domain: Option<&'a str> as Nullable<Text>,
        status: &'a str as Text,
        time_zone: &'a str as Text,
        plan: &'a str as Text,
        overrides: serde_json::Value as Jsonb,
        created_at: Timestamp as Timestamptz,
        updated_at: Timestamp as Timestamptz,
        version: i64 as BigInt,
    } -> SqlUuid =
        "WITH made AS ( \
            INSERT INTO organizations (id, name, name_key, slug, description, domain, status, time_zone, \
                plan, overrides, users_count, owners_count, workspaces_count, created_at, updated_at, version) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, $11, $12, $13) \
            ON CONFLICT (slug) DO NOTHING RETURNING id) \
         INSERT INTO audit_heads (organization_id, sequence, hash) \
         SELECT made.id, 0, decode(repeat('00', 32), 'hex') FROM made \
         RETURNING organization_id"
}

pub(crate) async fn insert(unit: &mut Unit, id: Uuid, organization: &Organization) -> Result<(), StoreError> {
    let statement = Insert {
        id,
        name: organization.name.as_str(),
        name_key: organization.name.sort_key(),
        slug: organization.slug.as_str(),
        description: organization.description.as_ref().map(Description::as_str),
        domain: organization.domain.as_ref().map(DomainName::as_str),
        status: organization.status.as_str(),
        time_zone: organization.time_zone.as_str(),
        plan: organization.plan.as_str(),
        overrides: stored_overrides(&organization.overrides)?,
        created_at: organization.created_at,
        updated_at: organization.updated_at,
        version: organization.version.0,
    };
    let made = statement.get_result::<Uuid>(unit.connection().await?).await.optional();
    match unit.note(made)? {
        Some(_) => {
            // A row of this transaction's own is nobody else's to take.
            unit.is_taking_organization(id);
            Ok(())
        }
        None => Err(StoreError::Conflict(Constraint::OrganizationSlug)),
    }
}

pub(crate) async fn update(unit: &mut Unit, id: Uuid, organization: &Organization) -> Result<Organization, StoreError> {
    let statement = diesel::update(organizations::table.find(id))
        .set((
            organizations::name.eq(organization.name.as_str()),
            organizations::name_key.eq(organization.name.sort_key()),
            organizations::slug.eq(organization.slug.as_str()),
            organizations::description.eq(organization.description.as_ref().map(Description::as_str)),
            organizations::domain.eq(organization.domain.as_ref().map(DomainName::as_str)),
            organizations::status.eq(organization.status.as_str()),
            organizations::time_zone.eq(organization.time_zone.as_str()),
            organizations::plan.eq(organization.plan.as_str()),
            organizations::overrides.eq(stored_overrides(&organization.overrides)?),
            organizations::updated_at.eq(organization.updated_at),
            organizations::version.eq(organizations::version + 1),
        ))
        .returning(OrganizationRow::as_returning());
    let updated = statement.get_result(unit.connection().await?).await;
    unit.note(updated)?.into_organization()
}

pub(crate) async fn delete(unit: &mut Unit, id: Uuid) -> Result<(), StoreError> {
    let deleted = diesel::delete(organizations::table.find(id)).execute(unit.connection().await?).await;
    match unit.note(deleted)? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

raw_statement! {
    /// Whether nothing is in the organization but members and workspaces of their own.
    struct Vacant { organization: Uuid as SqlUuid } -> Bool =
        "SELECT NOT (EXISTS (SELECT FROM roles r WHERE r.organization_id = $1) \
            OR EXISTS (SELECT FROM workspaces w WHERE w.organization_id = $1 AND (w.personal_of IS NULL OR w.version > 1)) \
            OR EXISTS (SELECT FROM workspace_groups g WHERE g.organization_id = $1) \
            OR EXISTS (SELECT FROM quota_usage q WHERE q.organization_id = $1 AND q.used > 0) \
            OR EXISTS (SELECT FROM credit_transactions c WHERE c.organization_id = $1 AND c.actor_id IS NOT NULL) \
            OR EXISTS (SELECT FROM organization_domains d WHERE d.organization_id = $1) \
            OR EXISTS (SELECT FROM invitations i WHERE i.organization_id = $1 AND i.status = 'pending') \
            OR EXISTS (SELECT FROM join_requests j WHERE j.organization_id = $1) \
            OR EXISTS (SELECT FROM departures p WHERE p.organization_id = $1))"
}

pub(crate) async fn is_vacant(unit: &mut Unit, organization: Uuid) -> Result<bool, StoreError> {
    let vacant = Vacant { organization }.get_result(unit.connection().await?).await;
    unit.note(vacant)
}

/// The operator's list, newest first.
pub(crate) async fn list(
    unit: &mut Unit,
    filter: &OrganizationFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Organization, Uuid>, StoreError> {
    let mut statement = organizations::table.select(OrganizationRow::as_select()).into_boxed();
    if let Some(status) = filter.status {
        statement = statement.filter(organizations::status.eq(status.as_str()));
    }
    if let Some(after) = page.after {
        statement = statement.filter(organizations::id.lt(after));
    }
    let statement = statement.order(organizations::id.desc()).limit(surplus(page.size));
    let rows: Result<Vec<OrganizationRow>, _> = statement.load(unit.connection().await?).await;
    let organizations =
        unit.note(rows)?.into_iter().map(OrganizationRow::into_organization).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(organizations, page.size, |organization| organization.id.uuid()))
}
