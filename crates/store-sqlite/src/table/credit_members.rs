//! Members with their quotas and what they have spent, always in one statement.

use std::collections::BTreeMap;

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use guildhall_domain::credits::PeriodKey;
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Email, MemberId, Name, OrganizationId, UserId, WorkspaceId};
use guildhall_ports::store::{MemberCreditUsage, MemberCredits, StoreError};

use super::member_quotas::quota;
use super::memberships::{MemberRow, MemberSql, facts};
use super::paging::rows;
use crate::prepared::{id_list, once};
use crate::store_error::failure;
use crate::value::{Count, Id, Time, Word};

type CreditsSql = (MemberSql, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>);
type CreditsRow = (MemberRow, Option<Time>, Option<Count>, Option<Count>, Option<Count>, Option<Count>);
type MemberNamed = (Id, Id, Word<Email>, Word<Name>);

fn credits((member, active, monthly, daily, day, month): CreditsRow) -> Result<MemberCredits, StoreError> {
    let used = |counted: Option<Count>| counted.map_or(0, |count| count.0);
    let (facts, quota, last_active_at) = (facts(member)?, quota(monthly, daily)?, active.map(|time| time.0));
    Ok(MemberCredits { facts, quota, day: used(day), month: used(month), last_active_at })
}

/// The name of the statement that every spend asks with.
struct FindMany;

/// An entry for each of these users, members or not.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    users: &[UserId],
    (day, month): (&PeriodKey, &PeriodKey),
) -> Result<BTreeMap<UserId, MemberCredits>, StoreError> {
    let whose = Named(id_list(users.iter().map(|user| user.uuid())));
    let periods = [("d", day.as_str()), ("n", month.as_str())];
    let statement = Credits { organization: Id(organization.uuid()), workspace: None, periods, whose };
    let rows: Vec<(Id, CreditsRow)> = once::<FindMany, _>(statement).load(connection).map_err(failure)?;
    rows.into_iter().map(|(user, row)| Ok((user.0.into(), credits(row)?))).collect()
}

/// Every member, in the order of e-mail, then membership id, with what they
/// have spent altogether or for one workspace.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    (day, month): (&PeriodKey, &PeriodKey),
    workspace: Option<WorkspaceId>,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<MemberCreditUsage, KeyPosition>, StoreError> {
    let whose =
        Everybody { after: page.after.as_ref().map(|after| (after.key.as_str(), Id(after.id))), rows: rows(page) };
    let periods = [("d", day.as_str()), ("n", month.as_str())];
    let workspace = workspace.map(|workspace| Id(workspace.uuid()));
    let statement = Credits { organization: Id(organization.uuid()), workspace, periods, whose };
    let found: Vec<(MemberNamed, CreditsRow)> = statement.load(connection).map_err(failure)?;
    let found = found.into_iter().map(|((member, user, email, name), row)| {
        let (member_id, user_id) = (MemberId::from(member.0), UserId::from(user.0));
        Ok(MemberCreditUsage { member_id, user_id, email: email.0, name: name.0, credits: credits(row)? })
    });
    Ok(Page::from_surplus(found.collect::<Result<_, _>>()?, page.size, |member: &MemberCreditUsage| KeyPosition {
        key: member.email.as_str().to_owned(),
        id: member.member_id.uuid(),
    }))
}

/// Whose credits, with `m` for the membership.
trait Whose {
    /// What says whose a row is.
    type Named;
    const NAMED: &'static str;
    /// The account in a row.
    const USER: &'static str;
    /// What `FROM` names, and the first condition.
    fn from<'b>(&'b self, organization: &'b Id, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
    /// What comes behind the joins.
    fn narrowed<'b>(&'b self, organization: &'b Id, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
}

/// Some users, as a list of identifiers.
struct Named(String);

impl Whose for Named {
    type Named = Binary;
    const NAMED: &'static str = Self::USER;
    const USER: &'static str = "unhex(u.value)";

    fn from<'b>(&'b self, organization: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("json_each(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(") u LEFT JOIN memberships m ON m.user_id = unhex(u.value) AND m.organization_id = ");
        out.push_bind_param::<Binary, _>(organization)
    }

    fn narrowed<'b>(&'b self, _: &'b Id, _: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        Ok(())
    }
}

/// All members from behind a position.
struct Everybody<'a> {
    after: Option<(&'a str, Id)>,
    rows: i64,
}

impl Whose for Everybody<'_> {
    type Named = (Binary, Binary, Text, Text);
    const NAMED: &'static str = "m.id, m.user_id, m.email, a.name";
    const USER: &'static str = "m.user_id";

    fn from<'b>(&'b self, _: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("memberships m JOIN users a ON a.id = m.user_id");
        Ok(())
    }

    fn narrowed<'b>(&'b self, organization: &'b Id, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(" WHERE m.organization_id = ");
        out.push_bind_param::<Binary, _>(organization)?;
        if let Some((email, id)) = &self.after {
            out.push_sql(" AND m.email >= ");
            out.push_bind_param::<Text, _>(email)?;
            out.push_sql(" AND (m.email > ");
            out.push_bind_param::<Text, _>(email)?;
            out.push_sql(" OR m.id > ");
            out.push_bind_param::<Binary, _>(id)?;
            out.push_sql(")");
        }
        out.push_sql(" ORDER BY m.email, m.id LIMIT 0 + ");
        out.push_bind_param::<BigInt, _>(&self.rows)
    }
}

struct Credits<'a, W> {
    organization: Id,
    /// The one that spending is counted of; none for all that was spent.
    workspace: Option<Id>,
    /// The day and the month, each with the name of its count.
    periods: [(&'static str, &'a str); 2],
    whose: W,
}

impl<W: Whose> Query for Credits<'_, W> {
    type SqlType = (W::Named, CreditsSql);
}

impl<W> QueryId for Credits<'_, W> {
    // The text tells one from another.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<W> RunQueryDsl<SqliteConnection> for Credits<'_, W> {}

impl<W: Whose> QueryFragment<Sqlite> for Credits<'_, W> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(W::NAMED);
        out.push_sql(
            ", m.id, m.role, m.role_id, r.permissions, m.all_read, m.all_write, m.last_active_at, \
             q.monthly, q.daily, d.used, n.used FROM ",
        );
        self.whose.from(&self.organization, out.reborrow())?;
        out.push_sql(
            " LEFT JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id \
             LEFT JOIN member_quotas q ON q.organization_id = m.organization_id AND q.member_id = m.id",
        );
        let counts = if self.workspace.is_some() { "credit_workspace_usage" } else { "credit_usage" };
        for (alias, period) in &self.periods {
            let joined = [" LEFT JOIN ", counts, " ", alias, " ON ", alias, ".user_id = ", W::USER];
            joined.into_iter().chain([" AND ", alias, ".period = "]).for_each(|text| out.push_sql(text));
            out.push_bind_param::<Text, _>(period)?;
            [" AND ", alias, ".organization_id = "].into_iter().for_each(|text| out.push_sql(text));
            out.push_bind_param::<Binary, _>(&self.organization)?;
            if let Some(workspace) = &self.workspace {
                [" AND ", alias, ".workspace_id = "].into_iter().for_each(|text| out.push_sql(text));
                out.push_bind_param::<Binary, _>(workspace)?;
            }
        }
        self.whose.narrowed(&self.organization, out)
    }
}
