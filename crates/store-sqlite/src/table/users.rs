use diesel::dsl::exists;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, IntoSql, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper, SqliteConnection, TextExpressionMethods, select,
};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Description, Email, Name, TimeZone, User, UserId, Version};
use guildhall_ports::store::{AccountRef, AccountSummary, Constraint, StoreError};

use super::paging::{instr, rows};
use crate::prepared::{self, Limited};
use crate::schema::users;
use crate::store_error::{failure, unless_referenced, unless_unique};
use crate::value::{Id, Time, Word};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Row {
    id: Id,
    email: Word<Email>,
    name: Word<Name>,
    preferred_name: Option<Word<Name>>,
    pronouns: Option<Word<Name>>,
    timezone: Option<Word<TimeZone>>,
    notes: Option<Word<Description>>,
    context: Option<Word<Description>>,
    superadmin: bool,
    email_verified_at: Option<Time>,
    disabled_at: Option<Time>,
    active_organization_id: Option<Id>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

impl From<&User> for Row {
    fn from(user: &User) -> Self {
        let user = user.clone();
        Self {
            id: Id(user.id.uuid()),
            email: Word(user.email),
            name: Word(user.name),
            preferred_name: user.preferred_name.map(Word),
            pronouns: user.pronouns.map(Word),
            timezone: user.timezone.map(Word),
            notes: user.notes.map(Word),
            context: user.context.map(Word),
            superadmin: user.superadmin,
            email_verified_at: user.email_verified_at.map(Time),
            disabled_at: user.disabled_at.map(Time),
            active_organization_id: user.active_organization_id.map(|id| Id(id.uuid())),
            created_at: Time(user.created_at),
            updated_at: Time(user.updated_at),
            version: user.version.0,
        }
    }
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            email: row.email.0,
            name: row.name.0,
            preferred_name: row.preferred_name.map(|word| word.0),
            pronouns: row.pronouns.map(|word| word.0),
            timezone: row.timezone.map(|word| word.0),
            notes: row.notes.map(|word| word.0),
            context: row.context.map(|word| word.0),
            superadmin: row.superadmin,
            email_verified_at: row.email_verified_at.map(|time| time.0),
            disabled_at: row.disabled_at.map(|time| time.0),
            active_organization_id: row.active_organization_id.map(|id| id.0.into()),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: Version(row.version),
        }
    }
}

/// What searches look in; a name holds no line break, so nothing matches across it.
fn search_front(name: &Name) -> String {
    format!("{}\n", name.sort_key())
}

pub(crate) fn find(connection: &mut SqliteConnection, user: UserId) -> Result<Option<User>, StoreError> {
    let row = users::table
        .find(Id(user.uuid()))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(User::from))
}

pub(crate) fn find_by_email(connection: &mut SqliteConnection, email: &Email) -> Result<Option<User>, StoreError> {
    let row = users::table
        .filter(users::email.eq(email.as_str()))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(User::from))
}

pub(crate) fn summary(
    connection: &mut SqliteConnection,
    account: &AccountRef,
) -> Result<Option<AccountSummary>, StoreError> {
    let columns =
        (users::id, users::email, users::name, users::email_verified_at, users::disabled_at, users::superadmin);
    type SummaryRow = (Id, Word<Email>, Word<Name>, Option<Time>, Option<Time>, bool);
    let row: Option<SummaryRow> = match account {
        AccountRef::Email(email) => {
            users::table.filter(users::email.eq(email.as_str())).select(columns).get_result(connection)
        }
        AccountRef::Id(user) => users::table.find(Id(user.uuid())).select(columns).get_result(connection),
    }
    .optional()
    .map_err(failure)?;
    Ok(row.map(|(id, Word(email), Word(name), email_verified_at, disabled_at, superadmin)| AccountSummary {
        id: id.0.into(),
        email,
        name,
        email_verified: email_verified_at.is_some(),
        disabled: disabled_at.is_some(),
        superadmin,
    }))
}

/// The address of an account.
pub(super) fn email(connection: &mut SqliteConnection, user: UserId) -> Result<Option<Email>, StoreError> {
    let row: Option<Word<Email>> =
        users::table.find(Id(user.uuid())).select(users::email).get_result(connection).optional().map_err(failure)?;
    Ok(row.map(|word| word.0))
}

/// Whether there is any account.
pub(crate) fn any(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    select(exists(users::table.select(users::id))).get_result(connection).map_err(failure)
}

/// Accounts in the order of e-mail, then id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    search: Option<&str>,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<User, KeyPosition>, StoreError> {
    let mut query = users::table.select(Row::as_select()).into_boxed();
    if let Some(text) = search {
        query = query.filter(instr(users::search_key, text.to_lowercase()).gt(0));
    }
    if let Some(after) = &page.after {
        // The first condition is what the index seeks to.
        query =
            query.filter(users::email.ge(&after.key).and(users::email.gt(&after.key).or(users::id.gt(Id(after.id)))));
    }
    let found: Vec<Row> =
        query.order((users::email, users::id)).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(User::from).collect();
    Ok(Page::from_surplus(found, page.size, |user: &User| KeyPosition {
        key: user.email.as_str().to_owned(),
        id: user.id.uuid(),
    }))
}

pub(crate) fn insert(connection: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
    let search_key = format!("{}{}", search_front(&user.name), user.email);
    diesel::insert_into(users::table)
        .values((Row::from(user), users::search_key.eq(search_key)))
        .execute(connection)
        .map_err(unless_unique(Constraint::UserEmail))?;
    Ok(())
}

/// Writes everything but id, e-mail, `created_at` and version, which goes up.
pub(crate) fn update(connection: &mut SqliteConnection, user: &User) -> Result<User, StoreError> {
    let row = Row::from(user);
    let updated: Option<Row> = prepared::update(users::table.find(row.id))
        .set((
            users::search_key.eq(search_front(&user.name).into_sql::<Text>().concat(users::email)),
            users::name.eq(row.name),
            users::preferred_name.eq(row.preferred_name),
            users::pronouns.eq(row.pronouns),
            users::timezone.eq(row.timezone),
            users::notes.eq(row.notes),
            users::context.eq(row.context),
            users::superadmin.eq(row.superadmin),
            users::email_verified_at.eq(row.email_verified_at),
            users::disabled_at.eq(row.disabled_at),
            users::active_organization_id.eq(row.active_organization_id),
            users::updated_at.eq(row.updated_at),
            users::version.eq(users::version + 1),
        ))
        .returning(Row::as_returning())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    updated.map(User::from).ok_or(StoreError::NotFound)
}

/// Deletes an account with its password, its sessions, and what it was answered.
pub(crate) fn delete(connection: &mut SqliteConnection, user: UserId) -> Result<(), StoreError> {
    let deleted = diesel::delete(users::table.find(Id(user.uuid())))
        .execute(connection)
        .map_err(unless_referenced(Constraint::UserHasMemberships))?;
    if deleted == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}
