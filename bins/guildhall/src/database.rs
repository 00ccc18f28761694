//! Where everything is kept, as a URL.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use guildhall_ports::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The databases that Guildhall runs on.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`: one file, no server.
    Sqlite(PathBuf),
    /// `postgres://…`: a server. The URL may hold a password.
    Postgres(SecretString),
    /// `memory:`: gone when the process ends.
    Memory,
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self::Sqlite(PathBuf::from("guildhall-data/guildhall.db"))
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let url = url.trim();
        let forms = "write sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE or memory:";
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(format!("is not the URL of a database: {forms}"));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "memory" if rest.is_empty() => Ok(Self::Memory),
            "memory" => Err("takes nothing behind memory:".to_owned()),
            "sqlite" => sqlite(rest),
            "postgres" | "postgresql" => match rest.strip_prefix("//") {
                Some(server) if !server.is_empty() => Ok(Self::Postgres(SecretString::from(url))),
                _ => Err("names no server: write postgres://USER:PASSWORD@HOST/DATABASE".to_owned()),
            },
            _ => Err(format!("is a database that Guildhall does not know: {forms}")),
        }
    }
}

fn sqlite(rest: &str) -> Result<DatabaseUrl, String> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path.ends_with('/') {
        return Err("names no file: write sqlite:PATH, such as sqlite:guildhall-data/guildhall.db".to_owned());
    }
    if path.starts_with(":memory:") {
        return Err("does not keep SQLite in memory: write memory: instead".to_owned());
    }
    if path.contains('?') {
        return Err("takes no options for SQLite: write sqlite:PATH".to_owned());
    }
    Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url.expose_secret())),
            Self::Memory => f.write_str("memory:"),
        }
    }
}

/// Hides everything between the user's name and the last `@`, and every
/// option's value that could be a password. Rather too much than too little:
/// people forget to encode a `/` or `@` in a password.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (user, server) = match rest.rsplit_once('@') {
        Some((credentials, server)) => {
            let user = credentials.split(':').next().unwrap_or_default();
            (Some(if user.contains(['/', '?']) { "***" } else { user }), server)
        }
        None => (None, rest),
    };
    let (server, options) = server.split_once('?').unwrap_or((server, ""));
    let mut shown = format!("{scheme}://");
    if let Some(user) = user {
        shown.push_str(user);
        shown.push_str(":***@");
    }
    shown.push_str(server);
    for (i, option) in options.split('&').filter(|option| !option.is_empty()).enumerate() {
        shown.push(if i == 0 { '?' } else { '&' });
        match option.split_once('=') {
            Some((key, _)) if key.to_ascii_lowercase().contains("pass") => shown.push_str(&format!("{key}=***")),
            _ => shown.push_str(option),
        }
    }
    shown
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::DatabaseUrl;

    #[test]
    fn each_database_is_known_by_its_scheme() {
        let read = |url: &str| url.parse::<DatabaseUrl>().unwrap();
        for (url, path) in [
            ("sqlite:guildhall-data/guildhall.db", "guildhall-data/guildhall.db"),
            ("sqlite:/var/lib/guildhall.db", "/var/lib/guildhall.db"),
            ("sqlite:///var/lib/guildhall.db", "/var/lib/guildhall.db"),
            (" SQLITE:a b.db ", "a b.db"),
        ] {
            assert!(matches!(read(url), DatabaseUrl::Sqlite(found) if found == Path::new(path)), "{url}");
        }
        assert!(matches!(read("memory:"), DatabaseUrl::Memory));
        assert!(matches!(read("postgres://localhost/guildhall"), DatabaseUrl::Postgres(_)));
        assert!(matches!(read("postgresql://localhost/guildhall"), DatabaseUrl::Postgres(_)));
    }

    #[test]
    fn what_is_refused_says_what_to_write_and_not_what_was_written() {
        for url in [
            "",
            "guildhall.db",
            "mysql://root:hunter2@localhost/x",
            "sqlite:",
            "sqlite://",
            "sqlite::memory:",
            "sqlite:a.db?mode=rwc",
            "sqlite:folder/",
            "memory:x",
            "postgres:",
            "postgres://",
        ] {
            let refused = url.parse::<DatabaseUrl>().unwrap_err();
            assert!(refused.contains("memory:") || refused.contains("write "), "{url}: {refused}");
            assert!(!refused.contains("hunter2"), "{refused}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://guildhall:hunter2@db:5432/guildhall", "postgres://guildhall:***@db:5432/guildhall"),
            ("postgres://guildhall:hun@ter/2?x@db/guildhall", "postgres://guildhall:***@db/guildhall"),
            ("postgres://db/guildhall", "postgres://db/guildhall"),
            ("postgres://db/g?password=hunter2@x", "postgres://***:***@x"),
            ("postgres://db/g?sslmode=require&password=hunter2", "postgres://db/g?sslmode=require&password=***"),
        ] {
            let url: DatabaseUrl = url.parse().unwrap();
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("ter"), "{url:?}");
        }
    }
}
