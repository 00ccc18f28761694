//! The configuration: defaults, then a TOML file, then the environment, then
//! the command line, each over the one before.
//!
//! The sections are plain values. What they mean together is checked by
//! [`Config::problems`], so that a refused start names everything at once.

mod database;
mod environment;
mod error;
mod http;
mod load;
mod log;
mod password;
mod secret_key;
mod session;
mod show;
#[cfg(test)]
mod tests;
mod throttle;

use std::net::{Ipv4Addr, SocketAddr};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

pub use self::database::DatabaseConfig;
pub use self::error::ConfigError;
pub use self::http::HttpConfig;
pub use self::load::Overrides;
pub use self::log::{LogConfig, LogFormat};
pub use self::password::PasswordConfig;
pub use self::secret_key::SecretKey;
pub use self::session::SessionConfig;
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
    /// Connections and their time limits.
    pub database: DatabaseConfig,
    /// How long sessions last.
    pub session: SessionConfig,
    /// What passwords cost and must be.
    pub password: PasswordConfig,
    /// How often passwords can be tried.
    pub throttle: ThrottleConfig,
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
            database: DatabaseConfig::default(),
            session: SessionConfig::default(),
            password: PasswordConfig::default(),
            throttle: ThrottleConfig::default(),
            http: HttpConfig::default(),
            log: LogConfig::default(),
        }
    }
}

impl Config {
    /// What is wrong with the values, each with what to do about it.
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.database.check(&mut problems);
        self.session.check(&mut problems);
        self.password.check(&mut problems);
        self.throttle.check(&mut problems);
        self.http.check(&mut problems);
        self.log.check(&mut problems);
        problems
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
