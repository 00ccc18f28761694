use std::ffi::OsString;

use figment::error::Error;
use figment::util::nest;
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

/// What every variable of ours starts with.
pub(super) const PREFIX: &str = "GUILDHALL_";

/// The environment as a source: `GUILDHALL_SESSION__IDLE_SECONDS` is `session.idle_seconds`.
///
/// What a variable's text means is told by the default it replaces. A database
/// password of digits or a key of 32 zeros stays a text, and a list may be
/// written with commas.
pub(super) struct Environment {
    values: Vec<(String, Result<String, OsString>)>,
    defaults: Value,
}

/// Keys whose values are texts, but that have no default to tell it.
const TEXTS: [&str; 11] = [
    "secret_key",
    "public_url",
    "local_auth_token",
    "mail.directory",
    "mail.from",
    "mail.smtp.host",
    "mail.smtp.username",
    "mail.smtp.password",
    "mail.smtp.hello_name",
    "mail.smtp.ca_file",
    "dns.nameserver",
];

impl Environment {
    pub(super) fn new(variables: impl IntoIterator<Item = (OsString, OsString)>, defaults: Value) -> Self {
        let values = variables
            .into_iter()
            .filter_map(|(name, value)| {
                let name = name.into_string().ok()?;
                let key = name.strip_prefix(PREFIX).filter(|key| !is_of_somebody_else(key))?;
                Some((key.to_ascii_lowercase().replace("__", "."), value.into_string()))
            })
            .collect();
        Self { values, defaults }
    }

    /// Whether the key has a name and stands in a section; whether the
    /// section knows it is found out when it is read.
    fn can_be_read(&self, key: &str) -> bool {
        let section = match key.rsplit_once('.') {
            Some((section, _)) => self.defaults.find_ref(section).is_none_or(|found| matches!(found, Value::Dict(..))),
            None => true,
        };
        section && key.split('.').all(|part| !part.is_empty())
    }

    fn read(&self, key: &str, text: &str) -> Value {
        let plain = || Value::from(text);
        match self.defaults.find_ref(key) {
            Some(Value::String(..)) => plain(),
            Some(Value::Array(_, items)) if !text.trim_start().starts_with('[') => {
                let numbers = matches!(items.first(), Some(Value::Num(..)));
                let item = |item: &str| match item.parse::<u64>() {
                    Ok(number) if numbers => Value::from(number),
                    _ => Value::from(item),
                };
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Value::from(items.map(item).collect::<Vec<_>>())
            }
            _ if TEXTS.contains(&key) => plain(),
            _ => text.parse().unwrap_or_else(|_| plain()),
        }
    }
}

/// Variables that start like ours but are not: the configuration file's path
/// (read by the command line), those of the test scripts, and those that
/// Kubernetes sets in every pod beside a service called `guildhall`.
fn is_of_somebody_else(key: &str) -> bool {
    let port = |rest: &str| rest.is_empty() || rest.starts_with('_');
    key == "CONFIG"
        || key.starts_with("TEST_")
        || key == "SERVICE_HOST"
        || key.strip_prefix("SERVICE_PORT").is_some_and(port)
        || key.strip_prefix("PORT").is_some_and(port)
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("the environment")
            .interpolater(|_: &Profile, keys: &[&str]| format!("{PREFIX}{}", keys.join("__").to_ascii_uppercase()))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let mut dict = Dict::new();
        for (key, text) in &self.values {
            let text = text.as_ref().map_err(|_| Error::from("is not valid UTF-8".to_owned()).with_path(key))?;
            if !self.can_be_read(key) {
                return Err(Error::from("is not a key; see `guildhall config show`".to_owned()).with_path(key));
            }
            merge(&mut dict, nest(key, self.read(key, text)));
        }
        Ok(Profile::Default.collect(dict))
    }
}

/// Puts a nested value beside the others of its section.
fn merge(into: &mut Dict, nested: Value) {
    let Value::Dict(_, nested) = nested else { return };
    for (key, value) in nested {
        match (into.get_mut(&key), value) {
            (Some(Value::Dict(_, section)), value @ Value::Dict(..)) => merge(section, value),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
