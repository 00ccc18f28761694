//! The workspaces that somebody sees, in the order of their names. What they
//! do not see is not walked over: each view has an index of its own, and ties
//! are followed from the member.

use diesel::query_builder::AstPass;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, SqliteConnection};
use guildhall_domain::OrganizationId;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::policy::{WorkspaceView, WorkspaceViewer};
use guildhall_ports::store::{StoreError, WorkspaceFilter, WorkspaceTied};

use super::paging::rows;
use super::tied_workspaces::{Chosen, load};
use crate::value::Id;

pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    viewer: &WorkspaceViewer,
    filter: &WorkspaceFilter,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<WorkspaceTied, KeyPosition>, StoreError> {
    let seen = Seen {
        view: viewer.view,
        user: Id(viewer.user_id.uuid()),
        member: viewer.member_id.map(|member| Id(member.uuid())),
        archived: filter.archived,
        kind: filter.kind.as_ref().map(|kind| kind.as_str().to_owned()),
        group: filter.group_id.map(|group| Id(group.uuid())),
        search: filter.search.as_deref().map(str::to_lowercase),
        after: page.after.as_ref().map(|after| (after.key.clone(), Id(after.id))),
        rows: rows(page),
    };
    let found = load(connection, organization, viewer.member_id, seen)?;
    Ok(Page::from_surplus(found, page.size, |tied: &WorkspaceTied| KeyPosition {
        key: tied.workspace.name.sort_key(),
        id: tied.workspace.id.uuid(),
    }))
}

struct Seen {
    view: WorkspaceView,
    user: Id,
    member: Option<Id>,
    archived: bool,
    kind: Option<String>,
    group: Option<Id>,
    search: Option<String>,
    after: Option<(String, Id)>,
    rows: i64,
}

const OF_ALL: &str = "SELECT w.id, w.name_key FROM workspaces w WHERE ";
const OF_SHARED: &str =
    "SELECT w.id, w.name_key FROM workspaces w INDEXED BY workspaces_shared WHERE w.personal_of IS NULL AND ";
const OF_OPEN: &str = "SELECT w.id, w.name_key FROM workspaces w INDEXED BY workspaces_open \
     WHERE w.personal_of IS NULL AND w.default_access IS NOT NULL AND ";
const OF_MEMBER: &str = "SELECT w.id, w.name_key FROM workspace_members t CROSS JOIN workspaces w \
     ON w.organization_id = t.organization_id AND w.id = t.workspace_id WHERE w.personal_of IS NULL AND t.member_id = ";
const OF_GRANTS: &str = "SELECT w.id, w.name_key FROM workspace_grants t CROSS JOIN workspaces w \
     ON w.organization_id = t.organization_id AND w.id = t.workspace_id WHERE w.personal_of IS NULL AND t.member_id = ";

impl Chosen for Seen {
    fn from<'b>(&'b self, organization: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(");
        match self.view {
            WorkspaceView::Everything => {
                out.push_sql(OF_ALL);
                self.filtered("w", organization, out.reborrow())?;
            }
            WorkspaceView::EveryShared => {
                out.push_sql(OF_SHARED);
                self.filtered("w", organization, out.reborrow())?;
                out.push_sql(" UNION ALL ");
                self.own(organization, out.reborrow())?;
            }
            WorkspaceView::Tied => {
                out.push_sql(OF_OPEN);
                self.filtered("w", organization, out.reborrow())?;
                for ties in [OF_MEMBER, OF_GRANTS] {
                    out.push_sql(" UNION ");
                    out.push_sql(ties);
                    out.push_bind_param::<Nullable<Binary>, _>(&self.member)?;
                    out.push_sql(" AND ");
                    self.filtered("t", organization, out.reborrow())?;
                }
                out.push_sql(" UNION ");
                self.own(organization, out.reborrow())?;
            }
        }
        // The second column is the name, and the first the id.
        out.push_sql(" ORDER BY 2, 1 LIMIT 0 + ");
        out.push_bind_param::<BigInt, _>(&self.rows)?;
        out.push_sql(") seen CROSS JOIN workspaces");
        Ok(())
    }

    fn narrowed<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(" AND workspaces.id = seen.id ORDER BY seen.name_key, seen.id");
        Ok(())
    }
}

impl Seen {
    /// The user's own one.
    fn own<'b>(&'b self, organization: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(OF_ALL);
        out.push_sql("w.personal_of = ");
        out.push_bind_param::<Binary, _>(&self.user)?;
        out.push_sql(" AND ");
        self.filtered("w", organization, out)
    }

    /// The organization, by a column of the table that is read first; what is
    /// asked for; and what is behind the page before.
    fn filtered<'b>(&'b self, first: &str, organization: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(first);
        out.push_sql(".organization_id = ");
        out.push_bind_param::<Binary, _>(organization)?;
        out.push_sql(" AND w.archived = ");
        out.push_bind_param::<Bool, _>(&self.archived)?;
        if let Some(kind) = &self.kind {
            out.push_sql(" AND w.kind = ");
            out.push_bind_param::<Text, _>(kind)?;
        }
        if let Some(group) = &self.group {
            out.push_sql(" AND w.group_id = ");
            out.push_bind_param::<Binary, _>(group)?;
        }
        if let Some(search) = &self.search {
            out.push_sql(" AND instr(w.search_key, ");
            out.push_bind_param::<Text, _>(search)?;
            out.push_sql(") > 0");
        }
        if let Some((key, id)) = &self.after {
            // The first condition is what the index seeks to.
            out.push_sql(" AND w.name_key >= ");
            out.push_bind_param::<Text, _>(key)?;
            out.push_sql(" AND (w.name_key > ");
            out.push_bind_param::<Text, _>(key)?;
            out.push_sql(" OR w.id > ");
            out.push_bind_param::<Binary, _>(id)?;
            out.push_sql(")");
        }
        Ok(())
    }
}
