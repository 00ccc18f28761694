//! Pages of the workspaces that somebody sees, in the order of lower-case names, then id.
//!
//! A page is one statement: ranges of indexes in that order, each with the limit inside, put together. What the
//! viewer does not see is in none of these ranges.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::{WorkspaceView, WorkspaceViewer};
use guildhall_domain::{MemberId, WorkspaceGroupId, WorkspaceKindName};
use guildhall_ports::store::{StoreError, WorkspaceFilter, WorkspaceTied};
use uuid::Uuid;

use crate::row::surplus;
use crate::tables::workspaces::{TiedColumns, TiedRow, columns, into_tied, join_ties};
use crate::unit::Unit;

/// All, personal ones of others included.
const EVERYTHING: (&str, &str) = ("workspaces w", "true");
/// Those that are nobody's own.
const SHARED: (&str, &str) = ("workspaces w", "w.personal_of IS NULL");
/// Those of them that are open to every member.
const OPEN: (&str, &str) = ("workspaces w", "w.personal_of IS NULL AND w.default_access IS NOT NULL");
/// The viewer's own.
const OWN: (&str, &str) = ("workspaces w", "w.personal_of = $10");
/// Those that are not open, but that the viewer is in or has a grant for. `OFFSET 0` keeps PostgreSQL from reading all
/// workspaces to find these few: each is looked up by its key.
const REACHED: (&str, &str) = (
    "(SELECT t.workspace_id FROM workspace_members t WHERE t.organization_id = $1 AND t.member_id = $9 \
        UNION SELECT t.workspace_id FROM workspace_grants t WHERE t.organization_id = $1 AND t.member_id = $9) tie \
     CROSS JOIN LATERAL ( \
        SELECT * FROM workspaces w WHERE w.organization_id = $1 AND w.id = tie.workspace_id OFFSET 0) w",
    "w.personal_of IS NULL AND w.default_access IS NULL",
);

fn ranges(view: WorkspaceView) -> &'static [(&'static str, &'static str)] {
    match view {
        WorkspaceView::Everything => &[EVERYTHING],
        WorkspaceView::EveryShared => &[SHARED, OWN],
        WorkspaceView::Tied => &[OPEN, REACHED, OWN],
    }
}

/// One page. The text depends on what is asked for, so that every plan can begin at the right place of the right
/// index; each text is prepared once per connection.
#[derive(Debug)]
struct ListPage<'a> {
    text: String,
    organization: Uuid,
    archived: bool,
    limit: i64,
    kind: Option<&'a str>,
    group: Option<Uuid>,
    search: Option<String>,
    after_key: Option<&'a str>,
    after_id: Option<Uuid>,
    member: Option<Uuid>,
    user: Uuid,
}

impl<'a> ListPage<'a> {
    fn new(
        organization: Uuid,
        viewer: &WorkspaceViewer,
        filter: &'a WorkspaceFilter,
        page: &'a PageRequest<KeyPosition>,
    ) -> Self {
        let mut asked = String::new();
        if filter.kind.is_some() {
            asked += " AND w.kind = $4";
        }
        if filter.group_id.is_some() {
            asked += " AND w.group_id = $5";
        }
        if filter.search.is_some() {
            asked += " AND (position($6 in w.name_key) > 0 OR position($6 in w.slug) > 0)";
        }
        if page.after.is_some() {
            asked += " AND (w.name_key, w.id) > ($7, $8)";
        }
        let ranges = ranges(viewer.view).iter().map(|(from, visible)| {
            format!(
                "(SELECT {}, w.name_key FROM {from} WHERE w.organization_id = $1 AND w.archived = $2 AND {visible}{asked} \
                 ORDER BY w.name_key, w.id LIMIT $3)",
                columns!()
            )
        });
        let text = format!(
            "SELECT {}, p.role, g.access FROM ({}) w{} ORDER BY w.name_key, w.id LIMIT $3",
            columns!(),
            ranges.collect::<Vec<_>>().join(" UNION ALL "),
            join_ties!("$9")
        );
        Self {
            text,
            organization,
            archived: filter.archived,
            limit: surplus(page.size),
            kind: filter.kind.as_ref().map(WorkspaceKindName::as_str),
            group: filter.group_id.map(WorkspaceGroupId::uuid),
            search: filter.search.as_ref().map(|search| search.to_lowercase()),
            after_key: page.after.as_ref().map(|after| after.key.as_str()),
            after_id: page.after.as_ref().map(|after| after.id),
            member: viewer.member_id.map(MemberId::uuid),
            user: viewer.user_id.uuid(),
        }
    }
}

impl Query for ListPage<'_> {
    type SqlType = TiedColumns;
}

impl QueryId for ListPage<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<diesel::pg::Pg> for ListPage<'_> {
    fn walk_ast<'walk>(&'walk self, mut pass: AstPass<'_, 'walk, diesel::pg::Pg>) -> diesel::QueryResult<()> {
        pass.push_sql(&self.text);
        pass.push_bind_param_value_only::<SqlUuid, _>(&self.organization)?;
        pass.push_bind_param_value_only::<Bool, _>(&self.archived)?;
        pass.push_bind_param_value_only::<BigInt, _>(&self.limit)?;
        pass.push_bind_param_value_only::<Nullable<Text>, _>(&self.kind)?;
        pass.push_bind_param_value_only::<Nullable<SqlUuid>, _>(&self.group)?;
        pass.push_bind_param_value_only::<Nullable<Text>, _>(&self.search)?;
        pass.push_bind_param_value_only::<Nullable<Text>, _>(&self.after_key)?;
        pass.push_bind_param_value_only::<Nullable<SqlUuid>, _>(&self.after_id)?;
        pass.push_bind_param_value_only::<Nullable<SqlUuid>, _>(&self.member)?;
        pass.push_bind_param_value_only::<SqlUuid, _>(&self.user)?;
        Ok(())
    }
}

pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    viewer: &WorkspaceViewer,
    filter: &WorkspaceFilter,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<WorkspaceTied, KeyPosition>, StoreError> {
    let statement = ListPage::new(organization, viewer, filter, page);
    let rows = statement.load::<TiedRow>(unit.connection().await?).await;
    let tied = unit.note(rows)?.into_iter().map(into_tied).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(tied, page.size, |tied| KeyPosition {
        key: tied.workspace.name.sort_key(),
        id: tied.workspace.id.uuid(),
    }))
}
