use diesel::prelude::{Queryable, Selectable};
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{Session, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{bytes32, surplus, unsigned};
use crate::schema::sessions;
use crate::unit::Unit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
struct SessionRow {
    id: Uuid,
    user_id: Uuid,
    token_digest: Vec<u8>,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    user_agent: Option<String>,
    ip_address: Option<String>,
}

impl SessionRow {
    fn into_session(self) -> Result<Session, StoreError> {
        Ok(Session {
            id: SessionId::from(self.id),
            user_id: UserId::from(self.user_id),
            token_digest: TokenDigest::new(bytes32("sessions.token_digest", self.token_digest)?),
            created_at: self.created_at,
            last_seen_at: self.last_seen_at,
            expires_at: self.expires_at,
            user_agent: self.user_agent,
            ip_address: self.ip_address,
        })
    }
}

/// The sessions of one user: what every other query narrows down.
#[diesel::dsl::auto_type]
fn scoped(user: Uuid) -> _ {
    sessions::table.filter(sessions::user_id.eq(user))
}

pub(crate) async fn insert(unit: &mut Unit, user: Uuid, session: &Session) -> Result<(), StoreError> {
    let statement = diesel::insert_into(sessions::table).values((
        sessions::id.eq(session.id.uuid()),
        sessions::user_id.eq(user),
        sessions::token_digest.eq(session.token_digest.as_bytes().as_slice()),
        sessions::created_at.eq(session.created_at),
        sessions::last_seen_at.eq(session.last_seen_at),
        sessions::expires_at.eq(session.expires_at),
        sessions::user_agent.eq(session.user_agent.as_deref()),
        sessions::ip_address.eq(session.ip_address.as_deref()),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted).map(|_| ())
}

/// Newest first: identifiers rise with time.
pub(crate) async fn list(
    unit: &mut Unit,
    user: Uuid,
    page: &PageRequest<Uuid>,
) -> Result<Page<Session, Uuid>, StoreError> {
    let mut statement = scoped(user).select(SessionRow::as_select()).into_boxed();
    if let Some(after) = page.after {
        statement = statement.filter(sessions::id.lt(after));
    }
    let statement = statement.order(sessions::id.desc()).limit(surplus(page.size));
    let rows: Result<Vec<SessionRow>, _> = statement.load(unit.connection().await?).await;
    let sessions = unit.note(rows)?.into_iter().map(SessionRow::into_session).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(sessions, page.size, |session| session.id.uuid()))
}

pub(crate) async fn delete(unit: &mut Unit, user: Uuid, session: Uuid) -> Result<bool, StoreError> {
    let statement = diesel::delete(sessions::table).filter(sessions::user_id.eq(user)).filter(sessions::id.eq(session));
    let deleted = statement.execute(unit.connection().await?).await;
    Ok(unit.note(deleted)? > 0)
}

/// All but `except`.
pub(crate) async fn delete_all(unit: &mut Unit, user: Uuid, except: Option<Uuid>) -> Result<u64, StoreError> {
    let all = diesel::delete(sessions::table).filter(sessions::user_id.eq(user));
    let deleted = match except {
        Some(kept) => all.filter(sessions::id.ne(kept)).execute(unit.connection().await?).await,
        None => all.execute(unit.connection().await?).await,
    };
    Ok(unit.note(deleted)? as u64)
}

raw_statement! {
    /// Ends the sessions of an organization's members, superadmins excepted,
    /// and counts those that would have been good.
    struct EndOfMembers { organization: Uuid as SqlUuid, now: Timestamp as Timestamptz } -> BigInt =
        "WITH ended AS ( \
            DELETE FROM sessions s USING memberships m JOIN users u ON u.id = m.user_id \
            WHERE m.organization_id = $1 AND s.user_id = m.user_id AND NOT u.superadmin \
            RETURNING s.expires_at) \
         SELECT count(*) FROM ended WHERE expires_at > $2"
}

pub(crate) async fn end_of_members(unit: &mut Unit, organization: Uuid, now: Timestamp) -> Result<u64, StoreError> {
    let ended = EndOfMembers { organization, now }.get_result::<i64>(unit.connection().await?).await;
    unsigned("sessions", unit.note(ended)?)
}
