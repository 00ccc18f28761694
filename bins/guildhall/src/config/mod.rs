//! The configuration: defaults, then a TOML file, then the environment, then
//! the command line, each over the one before.
//!
//! The sections are plain values. What they mean together is checked by
//! [`Config::problems`], so that a refused start names everything at once.

mod auth;
mod database;
mod dns;
mod environment;
mod error;
mod http;
mod links;
mod load;
mod log;
mod mail;
mod password;
mod public_url;
mod secret_key;
mod secret_text;
mod session;
mod show;
mod smtp;
#[cfg(test)]
mod tests;
mod throttle;

use std::net::{Ipv4Addr, SocketAddr};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

pub use self::auth::AuthMode;
pub use self::database::DatabaseConfig;
pub use self::dns::DnsConfig;
pub use self::error::ConfigError;
pub use self::http::HttpConfig;
pub use self::links::LinksConfig;
pub use self::load::Overrides;
pub use self::log::{LogConfig, LogFormat};
pub use self::mail::{MailConfig, MailTransport};
pub use self::password::PasswordConfig;
pub use self::secret_key::SecretKey;
pub use self::secret_text::SecretText;
pub use self::session::SessionConfig;
pub use self::smtp::SmtpConfig;
pub use self::throttle::ThrottleConfig;
use crate::database::DatabaseUrl;

/// Everything that can be configured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where HTTP is answered.
    #[serde(deserialize_with = "listen_address")]
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub database_url: DatabaseUrl,
    /// What keys are derived from.
    pub secret_key: Option<SecretKey>,
    /// The tenancy rules: the name of a built-in blueprint, or a file.
    pub blueprint: String,
    /// Where people reach this server, for links in mails; `http://` and
    /// `listen` where none is given.
    pub public_url: Option<String>,
    /// How callers show who they are.
    pub auth: AuthMode,
    /// The token of the one local user (C-19, C-139).
    pub local_auth_token: Option<SecretText>,
    /// Connections and their time limits.
    pub database: DatabaseConfig,
    /// How long sessions last, where not as long as the blueprint says.
    pub session: SessionConfig,
    /// What passwords cost and must be.
    pub password: PasswordConfig,
    /// How often passwords can be tried, and mails be caused.
    pub throttle: ThrottleConfig,
    /// How mails are sent.
    pub mail: MailConfig,
    /// Where the links in mails lead.
    pub links: LinksConfig,
    /// The domain name system.
    pub dns: DnsConfig,
    /// The HTTP server.
    pub http: HttpConfig,
    /// What is logged, and how.
    pub log: LogConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            database_url: DatabaseUrl::default(),
            secret_key: None,
            blueprint: "default".to_owned(),
            public_url: None,
            auth: AuthMode::default(),
            local_auth_token: None,
            database: DatabaseConfig::default(),
            session: SessionConfig::default(),
            password: PasswordConfig::default(),
            throttle: ThrottleConfig::default(),
            mail: MailConfig::default(),
            links: LinksConfig::default(),
            dns: DnsConfig::default(),
            http: HttpConfig::default(),
            log: LogConfig::default(),
        }
    }
}

impl Config {
    /// What is wrong with the values, each with what to do about it.
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        auth::check(self, &mut problems);
        public_url::check(self, &mut problems);
        self.database.check(&mut problems);
        self.session.check(&mut problems);
        self.password.check(&mut problems);
        self.throttle.check(&mut problems);
        self.mail.check(&mut problems);
        self.links.check(&self.public_url(), &mut problems);
        self.dns.check(&mut problems);
        self.http.check(&mut problems);
        self.log.check(&mut problems);
        problems
    }

    /// Whether a server can be run with it; other commands need less.
    ///
    /// # Errors
    /// [`ConfigError`], which says what to do.
    pub fn check_for_serving(&self) -> Result<(), ConfigError> {
        match (&self.database_url, &self.secret_key) {
            (DatabaseUrl::Postgres(_), None) => Err(ConfigError::invalid(vec![
                "`secret_key` is not set: on PostgreSQL, waiting mails and the cursors of lists are sealed with it; set \
                 GUILDHALL_SECRET_KEY to the same 32 characters or more on every server, made with \
                 `openssl rand -base64 32`"
                    .to_owned(),
            ])),
            _ => Ok(()),
        }
    }
}

fn listen_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let refused = |_| D::Error::custom("must be an address and a port, such as 127.0.0.1:8080 or [::]:8080");
    String::deserialize(deserializer)?.parse().map_err(refused)
}

/// Notes that `key` must be within bounds, where it is not.
fn check_range<T: PartialOrd + std::fmt::Display>(problems: &mut Vec<String>, key: &str, value: T, least: T, most: T) {
    if value < least || value > most {
        problems.push(format!("`{key}` is {value}: set it to {least} at least and {most} at most"));
    }
}
