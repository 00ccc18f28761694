use diesel::dsl::{exists, sql};
use diesel::prelude::{Queryable, Selectable};
use diesel::result::OptionalExtension;
use diesel::sql_types::{Bool, Text};
use diesel::{ExpressionMethods, NullableExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use guildhall_domain::page::{KeyPosition, Page, PageRequest};
use guildhall_domain::{Description, Email, Name, OrganizationId, TimeZone, Timestamp, User, UserId, Version};
use guildhall_ports::PasswordHash;
use guildhall_ports::store::{AccountRef, AccountSummary, Constraint, Credentials, StoreError};
use uuid::Uuid;

use crate::row::{stored, stored_option, surplus};
use crate::schema::{user_passwords, users};
use crate::unit::Unit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub(crate) struct UserRow {
    id: Uuid,
    email: String,
    name: String,
    preferred_name: Option<String>,
    pronouns: Option<String>,
    timezone: Option<String>,
    notes: Option<String>,
    context: Option<String>,
    superadmin: bool,
    email_verified_at: Option<Timestamp>,
    disabled_at: Option<Timestamp>,
    active_organization_id: Option<Uuid>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

impl UserRow {
    fn into_user(self) -> Result<User, StoreError> {
        Ok(User {
            id: UserId::from(self.id),
            email: stored("users.email", Email::parse(&self.email))?,
            name: stored("users.name", Name::parse(&self.name))?,
            preferred_name: stored_option("users.preferred_name", self.preferred_name, Name::parse)?,
            pronouns: stored_option("users.pronouns", self.pronouns, Name::parse)?,
            timezone: stored_option("users.timezone", self.timezone, TimeZone::parse)?,
            notes: stored_option("users.notes", self.notes, Description::parse)?,
            context: stored_option("users.context", self.context, Description::parse)?,
            superadmin: self.superadmin,
            email_verified_at: self.email_verified_at,
            disabled_at: self.disabled_at,
            active_organization_id: self.active_organization_id.map(OrganizationId::from),
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: Version(self.version),
        })
    }
}

/// What searches look into: folded here, so that every store folds alike.
fn search_key(name: &Name, email: &Email) -> String {
    format!("{}\n{}", name.sort_key(), email.as_str())
}

pub(crate) async fn find(unit: &mut Unit, id: Uuid) -> Result<Option<User>, StoreError> {
    let statement = users::table.find(id).select(UserRow::as_select());
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(UserRow::into_user).transpose()
}

/// As [`find`], and takes the account where the unit of work has not yet.
pub(crate) async fn find_taking(unit: &mut Unit, id: Uuid) -> Result<Option<User>, StoreError> {
    if !unit.is_taking_user(id) {
        return find(unit, id).await;
    }
    let statement = users::table.find(id).select(UserRow::as_select()).for_no_key_update();
    let found = statement.get_result(unit.connection().await?).await.optional();
    unit.note(found)?.map(UserRow::into_user).transpose()
}

/// Whether there is any account.
pub(crate) async fn any(unit: &mut Unit) -> Result<bool, StoreError> {
    let any = diesel::select(exists(users::table.select(users::id))).get_result(unit.connection().await?).await;
    unit.note(any)
}

/// As [`insert`], but only where there is no account. Accounts that others
/// make at the same time wait for this unit of work, or this one for them.
pub(crate) async fn insert_first(unit: &mut Unit, id: Uuid, user: &User) -> Result<(), StoreError> {
    // Looked without the lock first: nearly always somebody is there, and then nobody has to wait.
    if any(unit).await? {
        return Err(StoreError::Conflict(Constraint::UsersExist));
    }
    let locked = unit.connection().await?.batch_execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE").await;
    unit.note(locked)?;
    if any(unit).await? {
        return Err(StoreError::Conflict(Constraint::UsersExist));
    }
    insert(unit, id, user).await
}

pub(crate) async fn insert(unit: &mut Unit, id: Uuid, user: &User) -> Result<(), StoreError> {
    let statement = diesel::insert_into(users::table).values((
        users::id.eq(id),
        users::email.eq(user.email.as_str()),
        users::name.eq(user.name.as_str()),
        users::preferred_name.eq(user.preferred_name.as_ref().map(Name::as_str)),
        users::pronouns.eq(user.pronouns.as_ref().map(Name::as_str)),
        users::timezone.eq(user.timezone.as_ref().map(TimeZone::as_str)),
        users::notes.eq(user.notes.as_ref().map(Description::as_str)),
        users::context.eq(user.context.as_ref().map(Description::as_str)),
        users::superadmin.eq(user.superadmin),
        users::email_verified_at.eq(user.email_verified_at),
        users::disabled_at.eq(user.disabled_at),
        users::active_organization_id.eq(user.active_organization_id.map(OrganizationId::uuid)),
        users::created_at.eq(user.created_at),
        users::updated_at.eq(user.updated_at),
        users::version.eq(user.version.0),
        users::search_key.eq(search_key(&user.name, &user.email)),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted)?;
    unit.is_taking_user(id);
    Ok(())
}

pub(crate) async fn update(unit: &mut Unit, id: Uuid, user: &User) -> Result<User, StoreError> {
    let statement = diesel::update(users::table.find(id))
        .set((
            users::name.eq(user.name.as_str()),
            users::preferred_name.eq(user.preferred_name.as_ref().map(Name::as_str)),
            users::pronouns.eq(user.pronouns.as_ref().map(Name::as_str)),
            users::timezone.eq(user.timezone.as_ref().map(TimeZone::as_str)),
            users::notes.eq(user.notes.as_ref().map(Description::as_str)),
            users::context.eq(user.context.as_ref().map(Description::as_str)),
            users::superadmin.eq(user.superadmin),
            users::email_verified_at.eq(user.email_verified_at),
            users::disabled_at.eq(user.disabled_at),
            users::active_organization_id.eq(user.active_organization_id.map(OrganizationId::uuid)),
            users::updated_at.eq(user.updated_at),
            users::version.eq(users::version + 1),
            // The e-mail stays as it is stored, whatever the value says.
            users::search_key
                .eq(sql::<Text>("").bind::<Text, _>(format!("{}\n", user.name.sort_key())).sql(" || email")),
        ))
        .returning(UserRow::as_returning());
    let updated = statement.get_result(unit.connection().await?).await;
    unit.note(updated)?.into_user()
}

pub(crate) async fn delete(unit: &mut Unit, id: Uuid) -> Result<(), StoreError> {
    let deleted = diesel::delete(users::table.find(id)).execute(unit.connection().await?).await;
    match unit.note(deleted)? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// An account as far as somebody who adds a member needs to know it.
pub(crate) async fn summary(unit: &mut Unit, account: &AccountRef) -> Result<Option<AccountSummary>, StoreError> {
    type Columns = (Uuid, String, String, bool, bool, bool);
    let (verified, disabled) = (users::email_verified_at.is_not_null(), users::disabled_at.is_not_null());
    let columns = (users::id, users::email, users::name, verified, disabled, users::superadmin);
    let found = match account {
        AccountRef::Id(id) => {
            let statement = users::table.find(id.uuid()).select(columns);
            statement.get_result::<Columns>(unit.connection().await?).await
        }
        AccountRef::Email(email) => {
            let statement = users::table.filter(users::email.eq(email.as_str())).select(columns);
            statement.get_result::<Columns>(unit.connection().await?).await
        }
    };
    let Some((id, email, name, email_verified, disabled, superadmin)) = unit.note(found.optional())? else {
        return Ok(None);
    };
    Ok(Some(AccountSummary {
        id: UserId::from(id),
        email: stored("users.email", Email::parse(&email))?,
        name: stored("users.name", Name::parse(&name))?,
        email_verified,
        disabled,
        superadmin,
    }))
}

/// What a login is checked against.
pub(crate) async fn credentials(unit: &mut Unit, email: &Email) -> Result<Option<Credentials>, StoreError> {
    let statement = users::table
        .left_join(user_passwords::table)
        .filter(users::email.eq(email.as_str()))
        .select((UserRow::as_select(), user_passwords::phc.nullable()));
    let found = statement.get_result::<(UserRow, Option<String>)>(unit.connection().await?).await.optional();
    let Some((user, phc)) = unit.note(found)? else { return Ok(None) };
    Ok(Some(Credentials { user: user.into_user()?, password: phc.map(PasswordHash::new) }))
}

/// In the order of e-mail, which is unique.
pub(crate) async fn list(
    unit: &mut Unit,
    search: Option<&str>,
    page: &PageRequest<KeyPosition>,
) -> Result<Page<User, KeyPosition>, StoreError> {
    let mut statement = users::table.select(UserRow::as_select()).into_boxed();
    if let Some(search) = search {
        statement = statement
            .filter(sql::<Bool>("position(").bind::<Text, _>(search.to_lowercase()).sql(" in users.search_key) > 0"));
    }
    if let Some(after) = &page.after {
        statement = statement.filter(users::email.gt(after.key.clone()));
    }
    let statement = statement.order(users::email).limit(surplus(page.size));
    let rows: Result<Vec<UserRow>, _> = statement.load(unit.connection().await?).await;
    let users = unit.note(rows)?.into_iter().map(UserRow::into_user).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(users, page.size, |user| KeyPosition {
        key: user.email.as_str().to_owned(),
        id: user.id.uuid(),
    }))
}
