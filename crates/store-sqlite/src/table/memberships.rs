use diesel::dsl::auto_type;
use diesel::sql_types::{Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{
    Email, MemberId, MemberProfile, MemberRole, Membership, MembershipSource, Name, OrganizationId, Version,
    WorkspaceAccess,
};
use guildhall_ports::store::{MemberFilter, StoreError};
use uuid::Uuid;

use super::paging::{instr, rows};
use super::roles as role_table;
use crate::prepared::Limited;
use crate::schema::{memberships, roles, users};
use crate::store_error::failure;
use crate::value::{Id, Permissions, Time, Word};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships, check_for_backend(Sqlite), treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: Id,
    id: Id,
    user_id: Id,
    email: Word<Email>,
    role: String,
    role_id: Option<Id>,
    all_read: bool,
    all_write: bool,
    source: Word<MembershipSource>,
    created_at: Time,
    updated_at: Time,
    last_active_at: Option<Time>,
    version: i64,
}

impl Row {
    pub(super) fn membership(self) -> Result<(Membership, Email), StoreError> {
        let membership = Membership {
            id: self.id.0.into(),
            organization_id: self.organization_id.0.into(),
            user_id: self.user_id.0.into(),
            role: member_role(&self.role, self.role_id)?,
            all_read: self.all_read,
            all_write: self.all_write,
            source: self.source.0,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            last_active_at: self.last_active_at.map(|time| time.0),
            version: Version(self.version),
        };
        Ok((membership, self.email.0))
    }
}

/// Reads the two columns of a role.
pub(super) fn member_role(role: &str, role_id: Option<Id>) -> Result<MemberRole, StoreError> {
    let custom = role_id.map(|id| MemberRole::Custom(id.0.into()));
    MemberRole::BUILT_IN
        .into_iter()
        .chain(custom)
        .find(|candidate| candidate.as_str() == role)
        .ok_or_else(|| StoreError::Corrupt(format!("{role} is no role")))
}

/// The column that points to a custom role.
pub(super) fn role_id(role: MemberRole) -> Option<Id> {
    match role {
        MemberRole::Custom(id) => Some(Id(id.uuid())),
        MemberRole::Owner | MemberRole::Admin | MemberRole::Member => None,
    }
}

/// What a decision needs to know of a member.
pub(crate) fn member_facts(
    member: Id,
    role: &str,
    role_id: Option<Id>,
    permissions: Option<Permissions>,
    access: WorkspaceAccess,
) -> Result<MemberFacts, StoreError> {
    let role = member_role(role, role_id)?;
    let permissions = match (role, permissions) {
        (MemberRole::Custom(_), Some(Permissions(permissions))) => permissions,
        (MemberRole::Custom(id), None) => {
            return Err(StoreError::Corrupt(format!("the role {id} of a member is not there")));
        }
        (built_in, _) => built_in.built_in_permissions(),
    };
    Ok(MemberFacts { member_id: MemberId::from(member.0), role, permissions, access: access.complete() })
}

/// The columns that say it, where there may be no member.
pub(crate) type MemberSql =
    (Nullable<Binary>, Nullable<Text>, Nullable<Binary>, Nullable<Text>, Nullable<Bool>, Nullable<Bool>);
pub(crate) type MemberRow = (Option<Id>, Option<String>, Option<Id>, Option<Permissions>, Option<bool>, Option<bool>);

pub(crate) fn facts(row: MemberRow) -> Result<Option<MemberFacts>, StoreError> {
    let (Some(member), Some(role), role_id, permissions, all_read, all_write) = row else { return Ok(None) };
    let access = WorkspaceAccess { all_read: all_read == Some(true), all_write: all_write == Some(true) };
    member_facts(member, &role, role_id, permissions, access).map(Some)
}

/// The memberships of one organization: every query starts here.
#[auto_type]
pub(super) fn scoped(organization: Id) -> _ {
    memberships::table.filter(memberships::organization_id.eq(organization))
}

pub(super) fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// The same with each member's account and custom role.
#[auto_type]
fn profiles(organization: Id) -> _ {
    let its_role =
        roles::organization_id.eq(memberships::organization_id).and(roles::id.nullable().eq(memberships::role_id));
    memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .left_join(roles::table.on(its_role))
        .filter(memberships::organization_id.eq(organization))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Sqlite))]
struct AccountRow {
    name: Word<Name>,
    preferred_name: Option<Word<Name>>,
    version: i64,
}

type ProfileRow = (Row, AccountRow, Option<role_table::Row>);

fn profile((member, account, role): ProfileRow) -> Result<MemberProfile, StoreError> {
    let (membership, email) = member.membership()?;
    Ok(MemberProfile {
        membership,
        custom_role: role.map(Into::into),
        email,
        name: account.name.0,
        preferred_name: account.preferred_name.map(|word| word.0),
        user_version: Version(account.version),
    })
}

/// A member, by membership id or by user id.
pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member_or_user: Uuid,
) -> Result<Option<MemberProfile>, StoreError> {
    let id = Id(member_or_user);
    let row: Option<ProfileRow> = profiles(Id(organization.uuid()))
        .filter(memberships::id.eq(id).or(memberships::user_id.eq(id)))
        .select((Row::as_select(), AccountRow::as_select(), Option::<role_table::Row>::as_select()))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    row.map(profile).transpose()
}

/// The address of a member.
pub(super) fn email(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    member: MemberId,
) -> Result<Option<Email>, StoreError> {
    let it = of(organization).filter(memberships::id.eq(Id(member.uuid())));
    let row: Option<Word<Email>> = it.select(memberships::email).get_result(connection).optional().map_err(failure)?;
    Ok(row.map(|word| word.0))
}

/// Members in the order of e-mail, then membership id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    filter: &MemberFilter,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<MemberProfile, KeyPosition>, StoreError> {
    let mut query = profiles(Id(organization.uuid()))
        .select((Row::as_select(), AccountRow::as_select(), Option::<role_table::Row>::as_select()))
        .into_boxed();
    if let Some(text) = &filter.search {
        query = query.filter(instr(users::search_key, text.to_lowercase()).gt(0));
    }
    if let Some(role) = filter.role {
        // Both columns, as the index has them.
        query = query.filter(memberships::role.eq(role.as_str()));
        query = match role_id(role) {
            Some(id) => query.filter(memberships::role_id.eq(id)),
            None => query.filter(memberships::role_id.is_null()),
        };
    }
    if let Some(after) = &page.after {
        let behind = memberships::email.gt(&after.key).or(memberships::id.gt(Id(after.id)));
        query = query.filter(memberships::email.ge(&after.key).and(behind));
    }
    let found: Vec<ProfileRow> =
        query.order((memberships::email, memberships::id)).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(profile).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(found, page.size, |member: &MemberProfile| KeyPosition {
        key: member.email.as_str().to_owned(),
        id: member.membership.id.uuid(),
    }))
}
