use std::ffi::OsString;
use std::path::PathBuf;

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};
use serde::Serialize;

use super::environment::Environment;
use super::{Config, ConfigError, LogFormat};

/// What the command line says over everything else.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Overrides {
    /// The configuration file, which must be there if it is named.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// `--listen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// `--blueprint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blueprint: Option<String>,
    /// `--database-url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// `--log-format`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogOverrides>,
}

/// What the command line says about the log.
#[derive(Debug, Clone, Serialize)]
pub struct LogOverrides {
    format: LogFormat,
}

impl From<LogFormat> for LogOverrides {
    fn from(format: LogFormat) -> Self {
        Self { format }
    }
}

impl Provider for Overrides {
    fn metadata(&self) -> Metadata {
        Metadata::named("the command line")
            .interpolater(|_: &Profile, keys: &[&str]| format!("--{}", keys.join("-").replace('_', "-")))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Serialized::from(self, Profile::Default).data()
    }
}

impl Config {
    /// The configuration of this process.
    ///
    /// # Errors
    /// [`ConfigError`], which says what to do.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigError> {
        Self::load_with(overrides, std::env::vars_os())
    }

    pub(super) fn load_with(
        overrides: &Overrides,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let defaults = Self::default();
        let shape = Value::serialize(&defaults).map_err(|error| ConfigError::read(&error))?;
        let mut sources = Figment::from(Serialized::defaults(&defaults));
        if let Some(file) = &overrides.file {
            // figment takes a file that is not there for an empty one.
            std::fs::File::open(file).map_err(|error| ConfigError::file(file, &error))?;
            sources = sources.merge(Toml::file_exact(file));
        }
        let config: Self = sources
            .merge(Environment::new(variables, shape))
            .merge(overrides)
            .extract()
            .map_err(|error| ConfigError::read(&error))?;
        let problems = config.problems();
        if problems.is_empty() { Ok(config) } else { Err(ConfigError::invalid(problems)) }
    }
}
