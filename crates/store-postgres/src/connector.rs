use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{ConnectError, tls};

/// Opens connections to the database of one URL.
#[derive(Clone)]
pub(crate) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// A connection, and whether it is known to be closed: known without asking,
/// since its driver notices when the server goes away.
pub(crate) struct OpenConnection {
    pub(crate) connection: AsyncPgConnection,
    /// The last statement of units of work that has been prepared on it.
    pub(crate) prepared: Option<TypeId>,
    closed: Arc<AtomicBool>,
}

impl OpenConnection {
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

impl Connector {
    /// Reads a URL.
    ///
    /// `sslmode=disable` is plain text; `prefer`, the default, is TLS where
    /// the server has it; `require`, `verify-ca` and `verify-full` all verify
    /// the server's certificate and name.
    pub(crate) fn parse(url: &str) -> Result<Self, ConnectError> {
        let url = verifying_modes_as_require(url);
        let mut config: Config = url.parse().map_err(|error| ConnectError::InvalidUrl(chain(&error)))?;
        if config.get_application_name().is_none() {
            config.application_name("guildhall");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        // A server that vanished without a word is noticed in seconds, not hours.
        config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(Duration::from_secs(20));
        let over_network = config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(_)));
        let tls = match config.get_ssl_mode() {
            _ if !over_network => None,
            SslMode::Disable => None,
            SslMode::Prefer => Some(tls::opportunistic()?),
            _ => Some(tls::verified()?),
        };
        Ok(Self { config, tls })
    }

    /// Opens a connection as the role of the URL.
    pub(crate) async fn connect(&self) -> Result<OpenConnection, ConnectError> {
        match &self.tls {
            Some(tls) => self.connect_by(tls.clone()).await,
            None => self.connect_by(NoTls).await,
        }
    }

    async fn connect_by<T>(&self, tls: T) -> Result<OpenConnection, ConnectError>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + 'static,
    {
        let unreachable = |error: &dyn std::error::Error| ConnectError::Unreachable(chain(error));
        let (client, driver) = self.config.connect(tls).await.map_err(|error| unreachable(&error))?;
        let closed = Arc::new(AtomicBool::new(false));
        let noted = closed.clone();
        tokio::spawn(async move {
            if let Err(error) = driver.await {
                tracing::warn!(error = chain(&error), "a PostgreSQL connection was lost");
            }
            noted.store(true, Ordering::Release);
        });
        let connection = AsyncPgConnection::try_from(client).await.map_err(|error| unreachable(&error))?;
        Ok(OpenConnection { connection, prepared: None, closed })
    }
}

/// The driver knows only `require`, to which this crate gives the stricter meaning.
fn verifying_modes_as_require(url: &str) -> String {
    let (front, parameters) = match url.split_once('?') {
        Some((front, parameters)) => (&url[..=front.len()], parameters),
        None => ("", url),
    };
    let parameters = ["sslmode=verify-full", "sslmode=verify-ca"]
        .iter()
        .fold(parameters.to_owned(), |text, mode| text.replace(mode, "sslmode=require"));
    format!("{front}{parameters}")
}

/// An error with its causes, since the driver's own text stops at the first.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Connector, verifying_modes_as_require};

    #[test]
    fn verifying_modes_are_understood() {
        assert_eq!(
            verifying_modes_as_require("postgres://u:p@h/d?a=1&sslmode=verify-full"),
            "postgres://u:p@h/d?a=1&sslmode=require"
        );
        assert_eq!(verifying_modes_as_require("host=h sslmode=verify-ca"), "host=h sslmode=require");
    }

    #[test]
    fn a_bad_url_is_refused_without_repeating_it() {
        let error = Connector::parse("postgres://u:geheim@h:port/d").err().unwrap().to_string();
        assert!(error.contains("postgres://user:password@host"), "{error}");
        assert!(!error.contains("geheim"), "{error}");
    }
}
