//! Puts the application together. The one place that names the adapters.

mod dns;
mod mail;
mod store;

use std::sync::Arc;

use anyhow::Context;
use guildhall_app::{Authentication, Guildhall, Ports, Settings};
use guildhall_domain::{Email, Name, SessionLifetime};
use guildhall_ports::{Mailer, TextRecords, TokenMint};
use guildhall_security::{
    AeadAnswerSealer, AeadMailSealer, Argon2Hasher, HmacCursorSealer, KeyedThrottle, LocalTokenMint, RandomTokenMint,
    StrengthPolicy, SystemClock, UuidV7Generator,
};
use time::Duration;

pub use self::store::migrate;
use crate::blueprint;
use crate::config::{AuthMode, Config};
use crate::key_file::KeySource;

/// The application on the configured database, for commands beside the server.
///
/// # Errors
/// Where the database cannot be used, with what to do about it.
pub async fn application(config: &Config) -> anyhow::Result<Guildhall> {
    let outside = Outside {
        mailer: Arc::new(mail::LeftToServer),
        text_records: Arc::new(dns::NoNameServer("only a server asks")),
    };
    assemble(config, outside).await
}

/// The application on the configured database, with all that a server needs:
/// ways out for mails, and the local user where there is one.
///
/// # Errors
/// Where the configuration is not enough for a server, or something that it
/// names cannot be used, with what to do about it.
pub async fn server(config: &Config) -> anyhow::Result<Guildhall> {
    config.check_for_serving()?;
    let outside = Outside { mailer: mail::mailer(config)?, text_records: dns::text_records(config) };
    let guildhall = assemble(config, outside).await?;
    if let Some(token) = local_token(config)? {
        let (email, name) = (Email::parse("local@localhost")?, Name::parse("Local User")?);
        let user = guildhall.ensure_local_user(&email, &name, token.session_digest()).await;
        user.context("cannot make the local user")?;
    }
    Ok(guildhall)
}

/// What only a server reaches.
struct Outside {
    mailer: Arc<dyn Mailer>,
    text_records: Arc<dyn TextRecords>,
}

async fn assemble(config: &Config, Outside { mailer, text_records }: Outside) -> anyhow::Result<Guildhall> {
    let settings = settings(config)?;
    let store = store::open(config).await?;
    let key = KeySource::find(config)?;
    let secret = key.key().secret();
    let tokens: Arc<dyn TokenMint> = match local_token(config)? {
        Some(mint) => Arc::new(mint),
        None => Arc::new(RandomTokenMint),
    };
    let ports = Ports {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidV7Generator),
        password_hasher: Arc::new(Argon2Hasher::new(config.password.parameters(), config.password.bound())?),
        password_policy: Arc::new(StrengthPolicy::new(config.password.limits())),
        tokens,
        throttle: Arc::new(KeyedThrottle::new(config.throttle.rates())),
        cursors: Arc::new(HmacCursorSealer::from_secret(secret)?),
        answers: Arc::new(AeadAnswerSealer::from_secret(secret)?),
        mailer,
        mail_sealer: Arc::new(AeadMailSealer::from_secret(secret)?),
        text_records,
    };
    Ok(Guildhall::new(ports, settings))
}

fn settings(config: &Config) -> anyhow::Result<Settings> {
    let settings = Settings { mail: config.mail.settings(), ..Settings::new(blueprint::of(config)?) };
    Ok(match config.auth {
        AuthMode::Password => Settings { authentication: Authentication::Passwords, ..settings },
        AuthMode::LocalToken => {
            // The configured token is good until another one is configured, used or not.
            let for_good = Duration::days(100 * 366);
            let session = SessionLifetime { absolute: for_good, idle: for_good };
            Settings { authentication: Authentication::LocalToken, session, ..settings }
        }
    })
}

fn local_token(config: &Config) -> anyhow::Result<Option<LocalTokenMint>> {
    match (config.auth, &config.local_auth_token) {
        (AuthMode::LocalToken, Some(token)) => Ok(Some(LocalTokenMint::new(token.secret())?)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use guildhall_app::RequestContext;
    use guildhall_ports::ExposeSecret;

    use super::{application, server, settings};
    use crate::config::{AuthMode, Config, MailConfig};
    use crate::database::DatabaseUrl;

    fn config(folder: &Path) -> Config {
        let mail = MailConfig { directory: Some(folder.join("mail")), ..MailConfig::default() };
        Config { database_url: DatabaseUrl::Memory, mail, ..Config::default() }
    }

    #[tokio::test]
    async fn only_a_server_makes_a_folder_for_mails() {
        let folder = tempfile::tempdir().unwrap();
        application(&config(folder.path())).await.unwrap();
        assert!(!folder.path().join("mail").exists());
        server(&config(folder.path())).await.unwrap();
        assert!(folder.path().join("mail").is_dir());
    }

    // C-19, C-139: the configured token is the local user's, however long nobody comes.
    #[tokio::test]
    async fn a_local_user_is_there_from_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let token = "kT8vQz1nB5xWm3LrYc7Jd0HsAe2UgPf9RiOq4NtVbXlZy6MwKC";
        let local_auth_token = Some(serde_json::from_value(token.into()).unwrap());
        let config = Config { auth: AuthMode::LocalToken, local_auth_token, ..config(folder.path()) };
        let guildhall = server(&config).await.unwrap();
        let caller = guildhall.authenticate(token, RequestContext::default()).await.unwrap();
        assert_eq!(caller.email.as_str(), "local@localhost");
        assert!(guildhall.authenticate(&token.to_lowercase(), RequestContext::default()).await.is_err());
        assert!(settings(&config).unwrap().session.idle > time::Duration::days(36_500));
        assert_eq!(config.local_auth_token.unwrap().secret().expose_secret(), token);
    }

    #[tokio::test]
    async fn a_broken_blueprint_makes_no_server_and_no_database() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("guildhall.db");
        let database_url = DatabaseUrl::Sqlite(database.clone());
        let config = Config { blueprint: "nobody".to_owned(), database_url, ..config(folder.path()) };
        let refused = server(&config).await.err().unwrap().to_string();
        assert!(refused.contains("nobody") && !database.exists(), "{refused}");
    }
}
