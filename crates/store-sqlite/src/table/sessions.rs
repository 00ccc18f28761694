use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, Insertable, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{OrganizationId, Session, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use super::paging::rows;
use crate::prepared::{self, Limited};
use crate::schema::{memberships, sessions, users};
use crate::store_error::{failure, unless_absent};
use crate::value::{Hash, Id, Time};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Row {
    id: Id,
    user_id: Id,
    token_digest: Hash,
    created_at: Time,
    last_seen_at: Time,
    expires_at: Time,
    user_agent: Option<String>,
    ip_address: Option<String>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            user_id: row.user_id.0.into(),
            token_digest: TokenDigest::new(row.token_digest.0),
            created_at: row.created_at.0,
            last_seen_at: row.last_seen_at.0,
            expires_at: row.expires_at.0,
            user_agent: row.user_agent,
            ip_address: row.ip_address,
        }
    }
}

pub(crate) fn insert(connection: &mut SqliteConnection, session: &Session) -> Result<(), StoreError> {
    let session = session.clone();
    let row = Row {
        id: Id(session.id.uuid()),
        user_id: Id(session.user_id.uuid()),
        token_digest: Hash(*session.token_digest.as_bytes()),
        created_at: Time(session.created_at),
        last_seen_at: Time(session.last_seen_at),
        expires_at: Time(session.expires_at),
        user_agent: session.user_agent,
        ip_address: session.ip_address,
    };
    diesel::insert_into(sessions::table).values(row).execute(connection).map_err(unless_absent)?;
    Ok(())
}

/// Sessions of a user, newest first.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    user: UserId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Session, Uuid>, StoreError> {
    let mut query = sessions::table.filter(sessions::user_id.eq(Id(user.uuid()))).select(Row::as_select()).into_boxed();
    if let Some(after) = page.after {
        query = query.filter(sessions::id.lt(Id(after)));
    }
    let found: Vec<Row> = query.order(sessions::id.desc()).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(Session::from).collect();
    Ok(Page::from_surplus(found, page.size, |session: &Session| session.id.uuid()))
}

/// Notes a use, never one before the last.
pub(crate) fn touch(connection: &mut SqliteConnection, session: SessionId, at: Timestamp) -> Result<(), StoreError> {
    prepared::update(sessions::table.find(Id(session.uuid())).filter(sessions::last_seen_at.lt(Time(at))))
        .set(sessions::last_seen_at.eq(Time(at)))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}

pub(crate) fn delete(connection: &mut SqliteConnection, user: UserId, session: SessionId) -> Result<bool, StoreError> {
    let owned = sessions::table.find(Id(session.uuid())).filter(sessions::user_id.eq(Id(user.uuid())));
    Ok(diesel::delete(owned).execute(connection).map_err(failure)? > 0)
}

/// Ends all sessions of a user but one, and says how many.
pub(crate) fn delete_all(
    connection: &mut SqliteConnection,
    user: UserId,
    except: Option<SessionId>,
) -> Result<u64, StoreError> {
    let owned = sessions::table.filter(sessions::user_id.eq(Id(user.uuid())));
    let ended = match except {
        Some(kept) => diesel::delete(owned.filter(sessions::id.ne(Id(kept.uuid())))).execute(connection),
        None => diesel::delete(owned).execute(connection),
    };
    Ok(u64::try_from(ended.map_err(failure)?).unwrap_or(u64::MAX))
}

/// The accounts of an organization's members but superadmins.
#[auto_type]
fn ordinary_members(organization: Id) -> _ {
    memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::organization_id.eq(organization))
        .filter(users::superadmin.eq(false))
}

/// Ends all sessions of an organization's members but superadmins, and says
/// how many would have been good after `now`.
pub(crate) fn delete_of_members(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let members = ordinary_members(Id(organization.uuid()));
    let good: i64 = members
        .inner_join(sessions::table.on(sessions::user_id.eq(users::id)))
        .filter(sessions::expires_at.gt(Time(now)))
        .count()
        .get_result(connection)
        .map_err(failure)?;
    let theirs = sessions::user_id.eq_any(members.select(memberships::user_id));
    diesel::delete(sessions::table.filter(theirs)).execute(connection).map_err(failure)?;
    Ok(u64::try_from(good).unwrap_or_default())
}
