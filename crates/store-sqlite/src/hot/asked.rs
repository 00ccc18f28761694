use diesel::QueryResult;
use diesel::query_builder::AstPass;
use diesel::sql_types::{Binary, Nullable, Text};
use diesel::sqlite::Sqlite;
use guildhall_domain::{UserId, WorkspaceId};
use uuid::Uuid;

use crate::value::Id;

/// What is asked: how the statement names it.
pub(super) trait Asked {
    /// A question's place in the order, or NULL where there is none.
    const PLACE: &'static str;
    /// Joins a row for each question, where there may be several.
    fn table<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
    /// Who is named in it, or NULL.
    fn subject<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
    /// Which workspace, or NULL.
    fn workspace<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()>;
}

/// One question.
pub(super) struct One {
    pub(super) subject: Option<Id>,
    pub(super) workspace: Option<Id>,
}

impl Asked for One {
    const PLACE: &'static str = "0";

    fn table<'b>(&'b self, _: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        Ok(())
    }

    fn subject<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_bind_param::<Nullable<Binary>, _>(&self.subject)
    }

    fn workspace<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_bind_param::<Nullable<Binary>, _>(&self.workspace)
    }
}

/// Many questions, in one value, so that the statement is the same however many
/// there are: a JSON array of pairs, each with two identifiers in hexadecimal
/// digits or null.
pub(super) struct Many {
    questions: String,
}

impl Many {
    pub(super) fn new(checks: &[(Option<UserId>, Option<WorkspaceId>)]) -> Self {
        let digits = |id: Option<Uuid>| match id {
            Some(id) => format!("\"{}\"", id.simple()),
            None => "null".to_owned(),
        };
        let pairs = checks.iter().map(|(subject, workspace)| {
            let (subject, workspace) = (subject.map(|user| user.uuid()), workspace.map(|workspace| workspace.uuid()));
            format!("[{},{}]", digits(subject), digits(workspace))
        });
        Self { questions: format!("[{}]", pairs.collect::<Vec<_>>().join(",")) }
    }
}

impl Asked for Many {
    const PLACE: &'static str = "q.key";

    fn table<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(" LEFT JOIN json_each(");
        out.push_bind_param::<Text, _>(&self.questions)?;
        out.push_sql(") q ON true");
        Ok(())
    }

    fn subject<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("unhex(q.value ->> 0)");
        Ok(())
    }

    fn workspace<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("unhex(q.value ->> 1)");
        Ok(())
    }
}
