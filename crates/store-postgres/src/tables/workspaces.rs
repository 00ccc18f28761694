//! Workspaces. All statements are written out: the table has more columns than diesel's tables, and most statements
//! count or join besides.

use diesel::deserialize::Queryable;
use diesel::result::OptionalExtension;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::{
    AccessLevel, Description, MemberId, Name, OrganizationId, Slug, Timestamp, UserId, Version, Workspace,
    WorkspaceGroupId, WorkspaceId, WorkspaceKindName,
};
use guildhall_ports::store::{Constraint, StoreError, WorkspaceLimits, WorkspaceTied};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{most, stored, stored_option, workspace_ties};
use crate::unit::Unit;

/// The columns of [`WorkspaceRow`], of the table or sub-query that is called `w`.
macro_rules! columns {
    () => {
        "w.organization_id, w.id, w.kind, w.name, w.slug, w.description, w.group_id, w.personal_of, w.default_access, \
         w.limits, w.fields, w.created_by, w.archived_at, w.created_at, w.updated_at, w.version"
    };
}
/// What ties the member `$member` to the workspace `w`.
macro_rules! join_ties {
    ($member:literal) => {
        concat!(
            " LEFT JOIN workspace_members p ON p.organization_id = w.organization_id AND p.workspace_id = w.id \
                AND p.member_id = ",
            $member,
            " LEFT JOIN workspace_grants g ON g.organization_id = w.organization_id AND g.workspace_id = w.id \
                AND g.member_id = ",
            $member
        )
    };
}
pub(crate) use {columns, join_ties};

/// As [`columns`] has them.
pub(crate) type Columns = (
    SqlUuid,
    SqlUuid,
    Text,
    Text,
    Text,
    Nullable<Text>,
    Nullable<SqlUuid>,
    Nullable<SqlUuid>,
    Nullable<Text>,
    Jsonb,
    Jsonb,
    Nullable<SqlUuid>,
    Nullable<Timestamptz>,
    Timestamptz,
    Timestamptz,
    BigInt,
);
/// A workspace, with the role and the grant of who looks.
pub(crate) type TiedColumns = (Columns, Nullable<Text>, Nullable<Text>);

#[derive(Queryable)]
pub(crate) struct WorkspaceRow {
    organization_id: Uuid,
    id: Uuid,
    kind: String,
    name: String,
    slug: String,
    description: Option<String>,
    group_id: Option<Uuid>,
    personal_of: Option<Uuid>,
    default_access: Option<String>,
    limits: serde_json::Value,
    fields: serde_json::Value,
    created_by: Option<Uuid>,
    archived_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

pub(crate) type TiedRow = (WorkspaceRow, Option<String>, Option<String>);

fn corrupt(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(format!("workspaces.limits or .fields: {error}"))
}

impl WorkspaceRow {
    fn into_workspace(self) -> Result<Workspace, StoreError> {
        Ok(Workspace {
            id: WorkspaceId::from(self.id),
            organization_id: OrganizationId::from(self.organization_id),
            kind: stored("workspaces.kind", WorkspaceKindName::parse(&self.kind))?,
            name: stored("workspaces.name", Name::parse(&self.name))?,
            slug: stored("workspaces.slug", Slug::parse(&self.slug))?,
            description: stored_option("workspaces.description", self.description, Description::parse)?,
            group_id: self.group_id.map(WorkspaceGroupId::from),
            personal_of: self.personal_of.map(UserId::from),
            default_access: stored_option("workspaces.default_access", self.default_access, AccessLevel::parse)?,
            limits: serde_json::from_value(self.limits).map_err(corrupt)?,
            fields: serde_json::from_value(self.fields).map_err(corrupt)?,
            created_by: self.created_by.map(UserId::from),
            archived_at: self.archived_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: Version(self.version),
        })
    }
}

pub(crate) fn into_tied((workspace, role, grant): TiedRow) -> Result<WorkspaceTied, StoreError> {
    Ok(WorkspaceTied { workspace: workspace.into_workspace()?, ties: workspace_ties(role, grant)? })
}

raw_statement! {
    /// Makes a workspace, with an owner where one is named, and counts it unless it is personal. Nothing where
    /// something keeps it out, which is told: what there may be is looked at once more by the statements that count.
    struct Insert<'a> {
        organization: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        kind: &'a str as Text,
        name: &'a str as Text,
        name_key: String as Text,
        slug: &'a str as Text,
        description: Option<&'a str> as Nullable<Text>,
        group: Option<Uuid> as Nullable<SqlUuid>,
        personal_of: Option<Uuid> as Nullable<SqlUuid>,
        default_access: Option<&'a str> as Nullable<Text>,
        limits: serde_json::Value as Jsonb,
        fields: serde_json::Value as Jsonb,
        created_by: Option<Uuid> as Nullable<SqlUuid>,
        archived_at: Option<Timestamp> as Nullable<Timestamptz>,
        created_at: Timestamp as Timestamptz,
        updated_at: Timestamp as Timestamptz,
        version: i64 as BigInt,
        owner: Option<Uuid> as Nullable<SqlUuid>,
        most: i64 as BigInt,
        most_of_kind: i64 as BigInt,
    } -> Text =
        "WITH found AS ( \
            SELECT CASE \
                WHEN $9 IS NULL AND o.workspaces_count >= $19 THEN 'limit' \
                WHEN $9 IS NULL AND $20 <= coalesce((SELECT c.used FROM workspace_counts c \
                    WHERE c.organization_id = $1 AND c.kind = $3), 0) THEN 'kind_limit' \
                WHEN EXISTS (SELECT FROM workspaces w \
                    WHERE w.organization_id = $1 AND w.slug = $6) THEN 'slug' \
                WHEN EXISTS (SELECT FROM workspaces w \
                    WHERE w.organization_id = $1 AND w.personal_of = $9) THEN 'personal' \
                WHEN $8 IS NOT NULL AND NOT EXISTS (SELECT FROM workspace_groups g \
                    WHERE g.organization_id = $1 AND g.id = $8) THEN 'group' \
                WHEN $18 IS NOT NULL AND NOT EXISTS (SELECT FROM memberships m \
                    WHERE m.organization_id = $1 AND m.id = $18) THEN 'owner' \
                ELSE 'none' END AS obstacle \
            FROM organizations o WHERE o.id = $1), \
         counted AS ( \
            UPDATE organizations o SET workspaces_count = o.workspaces_count + 1 FROM found \
            WHERE o.id = $1 AND found.obstacle = 'none' AND $9 IS NULL AND o.workspaces_count < $19 \
            RETURNING o.id), \
         counted_of_kind AS ( \
            INSERT INTO workspace_counts AS c (organization_id, kind, used) \
            SELECT counted.id, $3, 1 FROM counted WHERE $20 > 0 \
            ON CONFLICT (organization_id, kind) DO UPDATE SET used = c.used + 1 WHERE c.used < $20 \
            RETURNING c.organization_id), \
         room AS ( \
            SELECT organization_id FROM counted_of_kind \
            UNION ALL SELECT $1 FROM found WHERE found.obstacle = 'none' AND $9 IS NOT NULL), \
         made AS ( \
            INSERT INTO workspaces (organization_id, id, kind, name, name_key, slug, description, group_id, \
                personal_of, default_access, limits, fields, created_by, archived_at, created_at, updated_at, version) \
            SELECT room.organization_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 \
            FROM room RETURNING organization_id, id), \
         owned AS ( \
            INSERT INTO workspace_members (organization_id, workspace_id, member_id, role, created_at) \
            SELECT made.organization_id, made.id, $18, 'owner', $15 FROM made WHERE $18 IS NOT NULL) \
         SELECT CASE WHEN EXISTS (SELECT FROM made) THEN 'made' ELSE found.obstacle END FROM found"
}

pub(crate) async fn insert(
    unit: &mut Unit,
    organization: Uuid,
    workspace: &Workspace,
    owner: Option<MemberId>,
    limits: WorkspaceLimits,
) -> Result<(), StoreError> {
    if workspace.organization_id.uuid() != organization {
        return Err(StoreError::Corrupt("the workspace is another organization's".to_owned()));
    }
    let statement = Insert {
        organization,
        id: workspace.id.uuid(),
        kind: workspace.kind.as_str(),
        name: workspace.name.as_str(),
        name_key: workspace.name.sort_key(),
        slug: workspace.slug.as_str(),
        description: workspace.description.as_ref().map(Description::as_str),
        group: workspace.group_id.map(WorkspaceGroupId::uuid),
        personal_of: workspace.personal_of.map(UserId::uuid),
        default_access: workspace.default_access.map(AccessLevel::as_str),
        limits: serde_json::to_value(&workspace.limits).map_err(corrupt)?,
        fields: serde_json::to_value(&workspace.fields).map_err(corrupt)?,
        created_by: workspace.created_by.map(UserId::uuid),
        archived_at: workspace.archived_at,
        created_at: workspace.created_at,
        updated_at: workspace.updated_at,
        version: workspace.version.0,
        owner: owner.map(MemberId::uuid),
        most: most(limits.all),
        most_of_kind: most(limits.of_kind),
    };
    let outcome = statement.get_result::<String>(unit.connection().await?).await;
    let obstacle = match unit.note(outcome)?.as_str() {
        "made" => return Ok(()),
        "kind_limit" => Constraint::KindLimitReached,
        "slug" => Constraint::WorkspaceSlug,
        "personal" => Constraint::PersonalWorkspaceExists,
        "group" => Constraint::UnknownWorkspaceGroup,
        "owner" => Constraint::UnknownMember,
        _ => Constraint::LimitReached,
    };
    Err(StoreError::Conflict(obstacle))
}

raw_statement! {
    /// A workspace, and what ties a member to it.
    struct Find {
        organization: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        member: Option<Uuid> as Nullable<SqlUuid>,
    } -> TiedColumns = concat!(
        "SELECT ", columns!(), ", p.role, g.access FROM workspaces w", join_ties!("$3"),
        " WHERE w.organization_id = $1 AND w.id = $2"
    )
}

pub(crate) async fn find(
    unit: &mut Unit,
    organization: Uuid,
    id: Uuid,
    member: Option<MemberId>,
) -> Result<Option<WorkspaceTied>, StoreError> {
    let statement = Find { organization, id, member: member.map(MemberId::uuid) };
    let found = statement.get_result::<TiedRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_tied).transpose()
}

raw_statement! {
    /// Those with these ids, each looked up by its key, and what ties a member to each.
    struct FindMany {
        organization: Uuid as SqlUuid,
        ids: Vec<Uuid> as Array<SqlUuid>,
        member: Option<Uuid> as Nullable<SqlUuid>,
    } -> TiedColumns = concat!(
        "SELECT ", columns!(), ", p.role, g.access \
         FROM (SELECT DISTINCT unnest($2) AS id) asked \
         CROSS JOIN LATERAL ( \
            SELECT * FROM workspaces w WHERE w.organization_id = $1 AND w.id = asked.id OFFSET 0) w",
        join_ties!("$3"), " ORDER BY w.id"
    )
}

pub(crate) async fn find_many(
    unit: &mut Unit,
    organization: Uuid,
    ids: &[WorkspaceId],
    member: Option<MemberId>,
) -> Result<Vec<WorkspaceTied>, StoreError> {
    let ids = ids.iter().map(|id| id.uuid()).collect();
    let statement = FindMany { organization, ids, member: member.map(MemberId::uuid) };
    let rows = statement.load::<TiedRow>(unit.connection().await?).await;
    unit.note(rows)?.into_iter().map(into_tied).collect()
}

raw_statement! {
    /// A user's own workspace.
    struct PersonalOf { organization: Uuid as SqlUuid, user: Uuid as SqlUuid } -> Columns =
        concat!("SELECT ", columns!(), " FROM workspaces w WHERE w.organization_id = $1 AND w.personal_of = $2")
}

pub(crate) async fn personal_of(
    unit: &mut Unit,
    organization: Uuid,
    user: Uuid,
) -> Result<Option<Workspace>, StoreError> {
    let statement = PersonalOf { organization, user };
    let found = statement.get_result::<WorkspaceRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(WorkspaceRow::into_workspace).transpose()
}

raw_statement! {
    /// Writes what may change.
    struct Update<'a> {
        organization: Uuid as SqlUuid,
        id: Uuid as SqlUuid,
        name: &'a str as Text,
        name_key: String as Text,
        slug: &'a str as Text,
        description: Option<&'a str> as Nullable<Text>,
        group: Option<Uuid> as Nullable<SqlUuid>,
        default_access: Option<&'a str> as Nullable<Text>,
        limits: serde_json::Value as Jsonb,
        fields: serde_json::Value as Jsonb,
        archived_at: Option<Timestamp> as Nullable<Timestamptz>,
        updated_at: Timestamp as Timestamptz,
    } -> Columns = concat!(
        "UPDATE workspaces w SET name = $3, name_key = $4, slug = $5, description = $6, group_id = $7, \
            default_access = $8, limits = $9, fields = $10, archived_at = $11, updated_at = $12, \
            version = w.version + 1 \
         WHERE w.organization_id = $1 AND w.id = $2 RETURNING ", columns!()
    )
}

pub(crate) async fn update(
    unit: &mut Unit,
    organization: Uuid,
    workspace: &Workspace,
) -> Result<Workspace, StoreError> {
    let statement = Update {
        organization,
        id: workspace.id.uuid(),
        name: workspace.name.as_str(),
        name_key: workspace.name.sort_key(),
        slug: workspace.slug.as_str(),
        description: workspace.description.as_ref().map(Description::as_str),
        group: workspace.group_id.map(WorkspaceGroupId::uuid),
        default_access: workspace.default_access.map(AccessLevel::as_str),
        limits: serde_json::to_value(&workspace.limits).map_err(corrupt)?,
        fields: serde_json::to_value(&workspace.fields).map_err(corrupt)?,
        archived_at: workspace.archived_at,
        updated_at: workspace.updated_at,
    };
    let updated = statement.get_result::<WorkspaceRow>(unit.connection().await?).await;
    unit.note(updated)?.into_workspace()
}

raw_statement! {
    /// Deletes a workspace, and counts it no more. Who is in it and what was granted for it goes by foreign keys.
    struct Delete { organization: Uuid as SqlUuid, id: Uuid as SqlUuid } -> Bool =
        "WITH deleted AS ( \
            DELETE FROM workspaces w WHERE w.organization_id = $1 AND w.id = $2 \
            RETURNING w.organization_id, w.kind, w.personal_of IS NULL AS is_counted), \
         counted AS ( \
            UPDATE organizations o SET workspaces_count = o.workspaces_count - 1 FROM deleted \
            WHERE o.id = deleted.organization_id AND deleted.is_counted), \
         counted_of_kind AS ( \
            UPDATE workspace_counts c SET used = c.used - 1 FROM deleted \
            WHERE c.organization_id = deleted.organization_id AND c.kind = deleted.kind AND deleted.is_counted) \
         SELECT EXISTS (SELECT FROM deleted)"
}

pub(crate) async fn delete(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<(), StoreError> {
    let deleted = Delete { organization, id }.get_result::<bool>(unit.connection().await?).await;
    if unit.note(deleted)? { Ok(()) } else { Err(StoreError::NotFound) }
}
