//! The secret key, configured or kept beside an embedded database.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use guildhall_ports::{ExposeSecret, SecretString};
use guildhall_security::random_secret;

use crate::config::{Config, SecretKey};
use crate::database::DatabaseUrl;

/// Where a secret key comes from.
#[derive(Debug)]
pub enum KeySource {
    /// The configuration.
    Configured(SecretKey),
    /// The key file beside an embedded database.
    File(SecretKey),
    /// This process alone: cursors end with it, and no other server reads them.
    Process(SecretKey),
}

impl KeySource {
    /// The configured key; for SQLite else the one in `secret.key` beside the
    /// database, made where there is none; else a new one.
    ///
    /// # Errors
    /// Where the key file can be neither read nor made.
    pub fn find(config: &Config) -> anyhow::Result<Self> {
        match (&config.secret_key, &config.database_url) {
            (Some(key), _) => Ok(Self::Configured(key.clone())),
            (None, DatabaseUrl::Sqlite(database)) => {
                let file = database.with_file_name("secret.key");
                let key = match read(&file)? {
                    Some(key) => key,
                    None => make(&file)?,
                };
                Ok(Self::File(key))
            }
            (None, DatabaseUrl::Postgres(_) | DatabaseUrl::Memory) => Ok(Self::Process(parse(random_secret()?)?)),
        }
    }

    /// The key itself.
    pub fn key(&self) -> &SecretKey {
        match self {
            Self::Configured(key) | Self::File(key) | Self::Process(key) => key,
        }
    }
}

fn parse(text: SecretString) -> anyhow::Result<SecretKey> {
    SecretKey::parse(text.expose_secret().to_owned()).map_err(|problem| anyhow::anyhow!("the secret key {problem}"))
}

fn read(file: &Path) -> anyhow::Result<Option<SecretKey>> {
    match fs::read_to_string(file) {
        Ok(text) => {
            refuse_readable_by_others(file)?;
            let key = parse(SecretString::from(text)).with_context(|| format!("{} is damaged", file.display()))?;
            Ok(Some(key))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

#[cfg(unix)]
fn refuse_readable_by_others(file: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("{0} can be read by others: run `chmod 600 {0}`, or set GUILDHALL_SECRET_KEY instead", file.display());
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_file: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// Makes the key file whole or not at all: it is written under another name
/// and then linked, which fails where somebody else was faster.
fn make(file: &Path) -> anyhow::Result<SecretKey> {
    let cannot = || format!("cannot make {}; set GUILDHALL_SECRET_KEY instead", file.display());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    let secret = random_secret()?;
    let unfinished = unfinished_name(file)?;
    let written = write_private(&unfinished, secret.expose_secret()).and_then(|()| fs::hard_link(&unfinished, file));
    // Also where writing failed halfway; that it may not be there is no matter.
    let _ = fs::remove_file(&unfinished);
    match written {
        Ok(()) => parse(secret),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(file)?.with_context(cannot),
        Err(error) => Err(error).with_context(cannot),
    }
}

fn unfinished_name(file: &Path) -> anyhow::Result<PathBuf> {
    let unique = random_secret()?;
    Ok(file.with_file_name(format!("secret.key.{}", &unique.expose_secret()[..8])))
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use guildhall_ports::ExposeSecret;

    use super::KeySource;
    use crate::config::{Config, SecretKey};
    use crate::database::DatabaseUrl;

    fn config(folder: &Path) -> Config {
        Config { database_url: DatabaseUrl::Sqlite(folder.join("data/guildhall.db")), ..Config::default() }
    }

    fn secret(source: &KeySource) -> String {
        source.key().secret().expose_secret().to_owned()
    }

    #[test]
    fn an_embedded_database_keeps_its_key_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = KeySource::find(&config(folder.path())).unwrap();
        let second = KeySource::find(&config(folder.path())).unwrap();
        assert!(matches!(second, KeySource::File(_)));
        assert_eq!(secret(&first), secret(&second));
        let files: Vec<_> = fs::read_dir(folder.path().join("data")).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(files, ["secret.key"]);
    }

    #[test]
    fn servers_that_start_at_once_share_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let keys: Vec<String> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..16).map(|_| scope.spawn(|| secret(&KeySource::find(&config(folder.path())).unwrap()))).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| key == &keys[0]));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        KeySource::find(&config(folder.path())).unwrap();
        let file = folder.path().join("data/secret.key");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(KeySource::find(&config(folder.path())).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn a_damaged_key_file_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        KeySource::find(&config(folder.path())).unwrap();
        let file = folder.path().join("data/secret.key");
        fs::write(&file, "short").unwrap();
        assert!(KeySource::find(&config(folder.path())).unwrap_err().to_string().contains("damaged"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "short");
    }

    #[test]
    fn a_configured_key_comes_first_and_others_keep_none() {
        let folder = tempfile::tempdir().unwrap();
        let key = SecretKey::parse("k".repeat(32)).unwrap();
        let configured = Config { secret_key: Some(key), ..config(folder.path()) };
        assert!(matches!(KeySource::find(&configured).unwrap(), KeySource::Configured(_)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let memory = Config { database_url: DatabaseUrl::Memory, ..Config::default() };
        let (first, second) = (KeySource::find(&memory).unwrap(), KeySource::find(&memory).unwrap());
        assert!(matches!(first, KeySource::Process(_)));
        assert_ne!(secret(&first), secret(&second));
    }
}
