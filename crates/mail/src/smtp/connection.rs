use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

/// What a connection is made with.
#[derive(Debug)]
pub(super) struct Dial {
    pub host: String,
    pub port: u16,
    pub hello_name: ClientId,
    pub tls: Tls,
    pub credentials: Option<Credentials>,
}

/// TLS, and from when on.
pub(super) enum Tls {
    Never,
    AfterCommand(TlsParameters),
    Always(TlsParameters),
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Never => "Never",
            Self::AfterCommand(_) => "AfterCommand",
            Self::Always(_) => "Always",
        })
    }
}

impl Dial {
    /// A connection over which mails can be sent.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let immediate = match &self.tls {
            Tls::Always(parameters) => Some(parameters.clone()),
            Tls::AfterCommand(_) | Tls::Never => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, None, &self.hello_name, immediate, None).await?;
        if let Tls::AfterCommand(parameters) = &self.tls {
            connection.starttls(parameters.clone(), &self.hello_name).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// Connections that wait for the next mail.
///
/// lettre's own pool takes a connection back even where a send was given up in
/// the middle of the dialogue. The next mail then reads the answers to the last
/// one, and one that was refused counts as sent. Here a connection comes back
/// only after the server's last word.
pub(super) struct Idle {
    connections: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
    most: usize,
    timeout: Duration,
}

impl Idle {
    pub(super) fn new(most: usize, timeout: Duration) -> Self {
        Self { connections: Mutex::default(), most, timeout }
    }

    /// The connection that waits for the shortest time, unless that was too
    /// long. Those that waited too long are closed.
    pub(super) fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.retain(|(_, since)| since.elapsed() < self.timeout);
        connections.pop().map(|(connection, _)| connection)
    }

    pub(super) fn put(&self, connection: AsyncSmtpConnection) {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.len() < self.most {
            connections.push((connection, Instant::now()));
        }
    }
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.connections.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("Idle").field("connections", &count).field("most", &self.most).finish_non_exhaustive()
    }
}
