use guildhall_app::ExposeSecret;
use guildhall_app::account::LoggedIn;
use guildhall_domain::blueprint::Blueprint;
use guildhall_domain::{Description, Email, Name, TimeZone, User, UserId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use crate::organization::MyOrganizationBody;

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = User, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000001",
    "email": "ada@example.com",
    "email_verified": true,
    "name": "Ada Lovelace",
    "preferred_name": "Ada",
    "pronouns": "she/her",
    "timezone": "Europe/London",
    "notes": null,
    "context": null,
    "superadmin": false,
    "onboarded": true,
    "disabled_at": null,
    "created_at": "2026-01-31T12:00:00Z",
    "updated_at": "2026-01-31T12:00:00Z"
})))]
pub(crate) struct UserBody {
    #[schema(value_type = Uuid)]
    id: UserId,
    #[schema(value_type = String, format = Email)]
    email: Email,
    /// Whether the person showed that the address is theirs.
    email_verified: bool,
    #[schema(value_type = String)]
    name: Name,
    /// What the person wants to be called.
    #[schema(value_type = Option<String>, required = true)]
    preferred_name: Option<Name>,
    #[schema(value_type = Option<String>, required = true)]
    pronouns: Option<Name>,
    /// A name of the IANA time zone database.
    #[schema(value_type = Option<String>, required = true)]
    timezone: Option<TimeZone>,
    #[schema(value_type = Option<String>, required = true)]
    notes: Option<Description>,
    /// What the person wants helpers to know.
    #[schema(value_type = Option<String>, required = true)]
    context: Option<Description>,
    /// Has power over the whole installation.
    superadmin: bool,
    /// Has told name and time zone.
    onboarded: bool,
    /// Since when the account may not log in.
    #[serde(with = "rfc3339::option")]
    #[schema(required = true)]
    disabled_at: Option<OffsetDateTime>,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            onboarded: user.is_onboarded(),
            email_verified: user.has_verified_email(),
            id: user.id,
            email: user.email,
            name: user.name,
            preferred_name: user.preferred_name,
            pronouns: user.pronouns,
            timezone: user.timezone,
            notes: user.notes,
            context: user.context,
            superadmin: user.superadmin,
            disabled_at: user.disabled_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A new session. The token is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = LoggedIn)]
pub(crate) struct LoggedInBody {
    /// What to send as `Authorization: Bearer …`.
    #[schema(examples("ghs_J7vYxWkq0V6tqf3kq1k0ZrZb0T2m3x4y5A6B7C8D9E0"))]
    token: String,
    /// When the session ends, used or not.
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
    user: UserBody,
    /// The active organization.
    #[schema(required = true)]
    organization: Option<MyOrganizationBody>,
}

impl LoggedInBody {
    pub(super) fn of(session: LoggedIn, blueprint: &Blueprint) -> Self {
        Self {
            token: session.token.expose_secret().to_owned(),
            expires_at: session.expires_at,
            user: session.user.into(),
            organization: session.organization.map(|mine| MyOrganizationBody::of(mine, true, blueprint)),
        }
    }
}
