use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get};
use guildhall_domain::{Session, SessionId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use crate::answer;
use crate::credential::Authenticated;
use crate::page::{PageBody, PageQuery};
use crate::path::{SessionParam, SubjectPath};
use crate::problem::Problem;
use crate::query::Query;
use crate::responses::{Authenticating, Fallible, Filtering, Naming, Ruled};
use crate::state::HttpState;

/// One login on one device.
#[derive(Serialize, ToSchema)]
#[schema(as = Session, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000005",
    "current": true,
    "user_agent": "Mozilla/5.0",
    "ip_address": "203.0.113.7",
    "created_at": "2026-01-31T12:00:00Z",
    "last_seen_at": "2026-01-31T12:30:00Z",
    "expires_at": "2026-03-02T12:00:00Z"
})))]
pub(crate) struct SessionBody {
    #[schema(value_type = Uuid)]
    id: SessionId,
    /// Whether this request came with it.
    current: bool,
    #[schema(required = true)]
    user_agent: Option<String>,
    #[schema(required = true)]
    ip_address: Option<String>,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    last_seen_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
}

impl SessionBody {
    fn of(session: Session, current: SessionId) -> Self {
        Self {
            id: session.id,
            current: session.id == current,
            user_agent: session.user_agent,
            ip_address: session.ip_address,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
        }
    }
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionsTerminated, examples(json!({"sessions_terminated": 3})))]
pub(crate) struct SessionsTerminatedBody {
    sessions_terminated: u64,
}

/// List my sessions, newest first.
#[utoipa::path(
    tag = "Accounts",
    params(PageQuery),
    responses(
        (status = 200, description = "A page of sessions.", body = PageBody<SessionBody>),
        Filtering, Authenticating, Fallible
    )
)]
#[get("/users/me/sessions")]
pub(super) async fn list_sessions(
    state: Data<HttpState>,
    caller: Authenticated,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let request = query.0.into_request()?;
    let sessions = state.guildhall().list_sessions(&caller, &request).await?;
    Ok(answer::ok(PageBody::of(sessions, |session| SessionBody::of(session, caller.session_id))))
}

/// End all my sessions but this one.
#[utoipa::path(
    tag = "Accounts",
    responses(
        (status = 200, description = "Ended.", body = SessionsTerminatedBody),
        Authenticating, Ruled, Fallible
    )
)]
#[delete("/users/me/sessions")]
pub(super) async fn end_other_sessions(state: Data<HttpState>, caller: Authenticated) -> Result<HttpResponse, Problem> {
    let sessions_terminated = state.guildhall().end_other_sessions(&caller).await?;
    Ok(answer::ok(SessionsTerminatedBody { sessions_terminated }))
}

/// End one of my sessions.
#[utoipa::path(
    tag = "Accounts",
    params(SessionParam),
    responses((status = 204, description = "Ended: its token is refused from now on."), Authenticating, Ruled, Naming, Fallible)
)]
#[delete("/users/me/sessions/{session}")]
pub(super) async fn end_session(
    state: Data<HttpState>,
    caller: Authenticated,
    session: SubjectPath,
) -> Result<HttpResponse, Problem> {
    state.guildhall().end_session(&caller, SessionId::from(session.0)).await?;
    Ok(answer::done())
}
