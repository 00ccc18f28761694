//! Memberships from the user's side: scoped to one user, over all organizations.

use diesel::dsl::auto_type;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension, QueryDsl,
    RunQueryDsl, SelectableHelper, SqliteConnection,
};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Name, OrganizationId, OrganizationMembership, UserId};
use guildhall_ports::store::StoreError;

use super::paging::rows;
use super::{memberships as membership_table, organizations as organization_table};
use crate::prepared::Limited;
use crate::schema::{memberships, organizations, roles, users};
use crate::store_error::failure;
use crate::value::{Id, Word};

/// The memberships of one user with their organizations: every query starts here.
#[auto_type]
fn scoped(user: Id) -> _ {
    let its_role =
        roles::organization_id.eq(memberships::organization_id).and(roles::id.nullable().eq(memberships::role_id));
    memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .left_join(roles::table.on(its_role))
        .filter(memberships::user_id.eq(user))
}

type Row = (organization_table::Row, membership_table::Row, Option<Word<Name>>);

fn place((organization, membership, role): Row) -> Result<OrganizationMembership, StoreError> {
    let (membership, _) = membership.membership()?;
    Ok(OrganizationMembership {
        organization: organization.into(),
        membership,
        custom_role_name: role.map(|word| word.0),
    })
}

/// The user's place in one organization.
pub(crate) fn find(
    connection: &mut SqliteConnection,
    user: UserId,
    organization: OrganizationId,
) -> Result<Option<OrganizationMembership>, StoreError> {
    let row: Option<Row> = scoped(Id(user.uuid()))
        .filter(memberships::organization_id.eq(Id(organization.uuid())))
        .select((organization_table::Row::as_select(), membership_table::Row::as_select(), roles::name.nullable()))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    row.map(place).transpose()
}

/// The user's organizations in the order of their lower-case names, then id (C-101).
pub(crate) fn list(
    connection: &mut SqliteConnection,
    user: UserId,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<OrganizationMembership, KeyPosition>, StoreError> {
    let mut query = scoped(Id(user.uuid()))
        .select((organization_table::Row::as_select(), membership_table::Row::as_select(), roles::name.nullable()))
        .into_boxed();
    if let Some(after) = &page.after {
        let behind = organizations::name_key.gt(&after.key).or(organizations::id.gt(Id(after.id)));
        query = query.filter(organizations::name_key.ge(&after.key).and(behind));
    }
    let found: Vec<Row> = query
        .order((organizations::name_key, organizations::id))
        .at_most(rows(page))
        .load(connection)
        .map_err(failure)?;
    let found = found.into_iter().map(place).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(found, page.size, |place: &OrganizationMembership| KeyPosition {
        key: place.organization.name.sort_key(),
        id: place.organization.id.uuid(),
    }))
}

/// The organization that `me` stands for: the one chosen if still a member of
/// it, else the one joined first.
pub(crate) fn active_organization(
    connection: &mut SqliteConnection,
    user: UserId,
) -> Result<Option<OrganizationId>, StoreError> {
    let user = Id(user.uuid());
    let chosen: Option<Id> = users::table
        .inner_join(
            memberships::table.on(memberships::user_id
                .eq(users::id)
                .and(memberships::organization_id.nullable().eq(users::active_organization_id))),
        )
        .filter(users::id.eq(user))
        .select(memberships::organization_id)
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    let found = match chosen {
        Some(organization) => Some(organization),
        None => memberships::table
            .filter(memberships::user_id.eq(user))
            .order((memberships::created_at, memberships::id))
            .select(memberships::organization_id)
            .get_result::<Id>(connection)
            .optional()
            .map_err(failure)?,
    };
    Ok(found.map(|id| id.0.into()))
}
