//! A user's organizations, each with the user's place in it.

use diesel::result::OptionalExtension;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, SelectableHelper,
};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Name, OrganizationMembership};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::row::{stored_option, surplus};
use crate::schema::{memberships, organizations, roles};
use crate::tables::memberships::MembershipRow;
use crate::tables::organizations::OrganizationRow;
use crate::unit::Unit;

type PlaceRow = (OrganizationRow, MembershipRow, Option<String>);

/// The query that everything here narrows down.
macro_rules! scoped {
    ($user:expr) => {
        memberships::table
            .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
            .left_join(
                roles::table.on(roles::organization_id
                    .eq(memberships::organization_id)
                    .and(roles::id.nullable().eq(memberships::role_id))),
            )
            .filter(memberships::user_id.eq($user))
            .select((OrganizationRow::as_select(), MembershipRow::as_select(), roles::name.nullable()))
    };
}

fn into_place((organization, membership, role): PlaceRow) -> Result<OrganizationMembership, StoreError> {
    Ok(OrganizationMembership {
        organization: organization.into_organization()?,
        membership: membership.into_membership()?,
        custom_role_name: stored_option("roles.name", role, Name::parse)?,
    })
}

pub(crate) async fn find(
    unit: &mut Unit,
    user: Uuid,
    organization: Uuid,
) -> Result<Option<OrganizationMembership>, StoreError> {
    let statement = scoped!(user).filter(memberships::organization_id.eq(organization));
    let found = statement.get_result::<PlaceRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_place).transpose()
}

/// In the order of lower-case names, then id.
pub(crate) async fn list(
    unit: &mut Unit,
    user: Uuid,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<OrganizationMembership, KeyPosition>, StoreError> {
    let mut statement = scoped!(user).into_boxed();
    if let Some(after) = &page.after {
        let (key, id) = (after.key.clone(), after.id);
        statement = statement.filter(
            organizations::name_key.gt(key.clone()).or(organizations::name_key.eq(key).and(organizations::id.gt(id))),
        );
    }
    let statement = statement.order((organizations::name_key, organizations::id)).limit(surplus(page.size));
    let rows: Result<Vec<PlaceRow>, _> = statement.load(unit.connection().await?).await;
    let places = unit.note(rows)?.into_iter().map(into_place).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(places, page.size, |place| KeyPosition {
        key: place.organization.name.sort_key(),
        id: place.organization.id.uuid(),
    }))
}
