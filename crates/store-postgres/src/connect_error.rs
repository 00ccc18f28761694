/// Why the store cannot be used, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The URL is not one.
    #[error("the database URL is not valid ({0}); it looks like postgres://user:password@host:5432/database")]
    InvalidUrl(String),
    /// TLS was asked for and cannot be set up.
    #[error("TLS to PostgreSQL cannot be set up: {0}; install the system's root certificates or set SSL_CERT_FILE")]
    Tls(String),
    /// No connection.
    #[error(
        "PostgreSQL cannot be reached: {0}; check that it runs, and the host, user, password and database of the URL"
    )]
    Unreachable(String),
    /// Migrations are missing.
    #[error("the database schema is behind: {} missing ({}); run `guildhall migrate` first", pending.len(), pending.join(", "))]
    SchemaBehind {
        /// The versions that have not been applied.
        pending: Vec<String>,
    },
    /// The login role cannot become the application's role.
    #[error("cannot act as the role {role:?}: {detail}; as an administrator: GRANT {role} TO the role of the URL")]
    RoleUnusable {
        /// The role.
        role: String,
        /// What PostgreSQL said.
        detail: String,
    },
    /// Row-level security would not hold for the role.
    #[error(
        "refusing to work as the role {role:?}, which {fault}: row-level security would not hold; \
         use a role without that power, such as guildhall_app"
    )]
    UnsafeRole {
        /// The role.
        role: String,
        /// The power that is too much.
        fault: &'static str,
    },
    /// A migration failed; none of it was applied.
    #[error("the migration failed: {0}")]
    Migration(String),
}
