//! What has to be true before the first request.

use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;

use crate::connector::Connector;
use crate::pool::ConnectionManager;
use crate::raw_statement::raw_statement;
use crate::{ConnectError, PostgresOptions, migrations};

/// Refuses a schema that is behind and a role for which row-level security
/// would not hold.
pub(crate) async fn check(connector: &Connector, options: &PostgresOptions) -> Result<(), ConnectError> {
    let pending = migrations::pending(connector.connect().await?).await?;
    if !pending.is_empty() {
        return Err(ConnectError::SchemaBehind { pending });
    }
    let mut open = ConnectionManager::open(connector, options).await?;
    let powers: RolePowers = Powers {}
        .get_result(&mut open.connection)
        .await
        .map_err(|error| ConnectError::Unreachable(error.to_string()))?;
    powers.refuse_excess()
}

raw_statement! {
    /// The powers of the role that statements run as.
    struct Powers {} -> (Text, Bool, Bool, Bool, Text) =
        "SELECT current_user::text, r.rolsuper, r.rolbypassrls, \
            EXISTS (SELECT FROM pg_class c WHERE c.relrowsecurity AND pg_has_role(current_user, c.relowner, 'MEMBER')), \
            current_setting('lc_messages') \
         FROM pg_roles r WHERE r.rolname = current_user"
}

#[derive(diesel::Queryable)]
struct RolePowers {
    role: String,
    superuser: bool,
    bypasses: bool,
    owns: bool,
    messages: String,
}

impl RolePowers {
    fn refuse_excess(self) -> Result<(), ConnectError> {
        if !["C", "POSIX", "", "en"].iter().any(|plain| self.messages == *plain) && !self.messages.starts_with("en_") {
            tracing::warn!(
                lc_messages = self.messages,
                "PostgreSQL's messages are not in English: set lc_messages to C, so that deadlocks and timeouts are told apart from faults"
            );
        }
        let fault = match (self.superuser, self.bypasses, self.owns) {
            (true, _, _) => "is a superuser",
            (_, true, _) => "has BYPASSRLS",
            (_, _, true) => "owns tables with row-level security, or is a member of their owner",
            _ => return Ok(()),
        };
        Err(ConnectError::UnsafeRole { role: self.role, fault })
    }
}
