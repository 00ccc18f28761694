//! Memberships as others in the organization see them: with account and custom role.

use diesel::dsl::sql;
use diesel::result::OptionalExtension;
use diesel::sql_types::{Bool, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, SelectableHelper,
};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, MemberProfile, MemberRole, Name, Version};
use guildhall_ports::store::{MemberFilter, StoreError};
use uuid::Uuid;

use crate::row::{stored, stored_option, surplus};
use crate::schema::{memberships, roles, users};
use crate::tables::memberships::MembershipRow;
use crate::tables::roles::RoleRow;
use crate::unit::Unit;

/// E-mail, name, preferred name and version of the account.
type AccountColumns = (String, String, Option<String>, i64);
type ProfileRow = (MembershipRow, Option<RoleRow>, AccountColumns);

/// The query that everything here narrows down.
macro_rules! scoped {
    ($organization:expr) => {
        memberships::table
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .left_join(
                roles::table.on(roles::organization_id
                    .eq(memberships::organization_id)
                    .and(roles::id.nullable().eq(memberships::role_id))),
            )
            .filter(memberships::organization_id.eq($organization))
            .select((
                MembershipRow::as_select(),
                Option::<RoleRow>::as_select(),
                (memberships::email, users::name, users::preferred_name, users::version),
            ))
    };
}

fn into_profile((membership, role, account): ProfileRow) -> Result<MemberProfile, StoreError> {
    let (email, name, preferred_name, version) = account;
    Ok(MemberProfile {
        membership: membership.into_membership()?,
        custom_role: role.map(RoleRow::into_role).transpose()?,
        email: stored("memberships.email", Email::parse(&email))?,
        name: stored("users.name", Name::parse(&name))?,
        preferred_name: stored_option("users.preferred_name", preferred_name, Name::parse)?,
        user_version: Version(version),
    })
}

/// By membership id or user id.
pub(crate) async fn find(
    unit: &mut Unit,
    organization: Uuid,
    member_or_user: Uuid,
) -> Result<Option<MemberProfile>, StoreError> {
    let statement = scoped!(organization)
        .filter(memberships::id.eq(member_or_user).or(memberships::user_id.eq(member_or_user)))
        .limit(1);
    let found = statement.get_result::<ProfileRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_profile).transpose()
}

/// In the order of e-mail, then membership id.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    filter: &MemberFilter,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<MemberProfile, KeyPosition>, StoreError> {
    let mut statement = scoped!(organization).into_boxed();
    if let Some(search) = &filter.search {
        statement = statement
            .filter(sql::<Bool>("position(").bind::<Text, _>(search.to_lowercase()).sql(" in users.search_key) > 0"));
    }
    match filter.role {
        Some(MemberRole::Custom(id)) => statement = statement.filter(memberships::role_id.eq(id.uuid())),
        Some(role) => statement = statement.filter(memberships::role.eq(role.as_str())),
        None => {}
    }
    if let Some(after) = &page.after {
        // The first comparison alone is what the index can begin at.
        statement = statement
            .filter(memberships::email.ge(after.key.clone()))
            .filter(memberships::email.gt(after.key.clone()).or(memberships::id.gt(after.id)));
    }
    let statement = statement.order((memberships::email, memberships::id)).limit(surplus(page.size));
    let rows: Result<Vec<ProfileRow>, _> = statement.load(unit.connection().await?).await;
    let profiles = unit.note(rows)?.into_iter().map(into_profile).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(profiles, page.size, |profile| KeyPosition {
        key: profile.email.as_str().to_owned(),
        id: profile.membership.id.uuid(),
    }))
}
