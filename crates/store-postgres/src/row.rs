//! What rows turn into. A row that no value can be made of is [`StoreError::Corrupt`].

use guildhall_domain::policy::{MemberFacts, WorkspaceTies};
use guildhall_domain::{
    AccessLevel, Invalid, Limit, MemberId, MemberRole, PermissionSet, RoleId, WorkspaceAccess, WorkspaceRole,
};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

/// A checked value out of a column.
pub(crate) fn stored<T>(column: &str, value: Result<T, Invalid>) -> Result<T, StoreError> {
    value.map_err(|invalid| StoreError::Corrupt(format!("{column}: {invalid}")))
}

/// An optional checked value out of a column.
pub(crate) fn stored_option<T>(
    column: &str,
    value: Option<String>,
    parse: impl Fn(&str) -> Result<T, Invalid>,
) -> Result<Option<T>, StoreError> {
    value.map(|text| stored(column, parse(&text))).transpose()
}

/// A count or a place in a chain, which is never negative.
pub(crate) fn unsigned(column: &str, value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Corrupt(format!("{column}: negative")))
}

/// A position in a chain as PostgreSQL compares it.
pub(crate) fn signed(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// A digest or hash.
pub(crate) fn bytes32(column: &str, value: Vec<u8>) -> Result<[u8; 32], StoreError> {
    value.try_into().map_err(|_| StoreError::Corrupt(format!("{column}: not 32 bytes")))
}

/// The limit of a query for a page: one more than the page has.
pub(crate) fn surplus(size: guildhall_domain::page::PageSize) -> i64 {
    i64::try_from(size.items()).unwrap_or(i64::MAX - 1) + 1
}

/// A member's role out of its two columns.
pub(crate) fn member_role(role: &str, role_id: Option<Uuid>) -> Result<MemberRole, StoreError> {
    match (role, role_id) {
        ("owner", None) => Ok(MemberRole::Owner),
        ("admin", None) => Ok(MemberRole::Admin),
        ("member", None) => Ok(MemberRole::Member),
        ("custom", Some(id)) => Ok(MemberRole::Custom(RoleId::from(id))),
        _ => Err(StoreError::Corrupt("role: unknown".to_owned())),
    }
}

/// A member's role as its two columns.
pub(crate) fn role_columns(role: MemberRole) -> (&'static str, Option<Uuid>) {
    match role {
        MemberRole::Custom(id) => (role.as_str(), Some(id.uuid())),
        _ => (role.as_str(), None),
    }
}

/// The permissions of a stored custom role.
pub(crate) fn permission_set(names: &[String]) -> PermissionSet {
    PermissionSet::from_stored_names(names.iter().map(String::as_str))
}

/// A member's power out of a membership's columns and its custom role's permissions.
pub(crate) fn member_facts(
    id: Uuid,
    role: &str,
    role_id: Option<Uuid>,
    custom: Option<&[String]>,
    access: WorkspaceAccess,
) -> Result<MemberFacts, StoreError> {
    let role = member_role(role, role_id)?;
    let permissions = match (role, custom) {
        (MemberRole::Custom(_), Some(names)) => permission_set(names),
        _ => role.built_in_permissions(),
    };
    Ok(MemberFacts { member_id: MemberId::from(id), role, permissions, access: access.complete() })
}

/// What ties a member to a workspace, out of the columns of the two ties.
pub(crate) fn workspace_ties(role: Option<String>, grant: Option<String>) -> Result<WorkspaceTies, StoreError> {
    Ok(WorkspaceTies {
        role: stored_option("workspace_members.role", role, WorkspaceRole::parse)?,
        grant: stored_option("workspace_grants.access", grant, AccessLevel::parse)?,
    })
}

/// A limit as PostgreSQL compares it. No counter goes beyond what its column
/// holds, so that the largest number is no limit.
pub(crate) fn most(limit: Limit) -> i64 {
    match limit {
        Limit::Unlimited => i64::MAX,
        Limit::AtMost(most) => i64::try_from(most).unwrap_or(i64::MAX),
    }
}
