mod auth;
mod mail;

use std::fs;
use std::path::PathBuf;

use guildhall_ports::ExposeSecret;

use super::{AuthMode, Config, ConfigError, LogFormat, Overrides};

const NOTHING: [(&str, &str); 0] = [];

fn load(overrides: &Overrides, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load_with(overrides, variables.iter().map(|(name, value)| (name.into(), value.into())))
}

fn refused(overrides: &Overrides, variables: &[(&str, &str)]) -> String {
    load(overrides, variables).unwrap_err().to_string()
}

fn with_file(text: &str) -> (tempfile::TempDir, Overrides) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guildhall.toml");
    fs::write(&file, text).unwrap();
    (folder, Overrides { file: Some(file), ..Overrides::default() })
}

#[test]
fn defaults_are_valid_and_local() {
    let config = load(&Overrides::default(), &NOTHING).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database_url.to_string(), "sqlite:guildhall-data/guildhall.db");
    assert!(config.secret_key.is_none());
    assert_eq!((config.blueprint.as_str(), config.auth), ("default", AuthMode::Password));
    assert_eq!(config.public_url(), "http://127.0.0.1:8080");
    // The blueprint says how long sessions last.
    assert_eq!((config.session.absolute_seconds, config.session.idle_seconds), (None, None));
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let (_folder, mut overrides) = with_file(
        "listen = '10.0.0.1:1'\nblueprint = 'mipiti'\ndatabase_url = 'sqlite:file.db'\n[session]\nidle_seconds = 600\n",
    );
    let config = load(&overrides, &NOTHING).unwrap();
    assert_eq!((config.listen.port(), config.session.idle_seconds), (1, Some(600)));
    assert_eq!(config.blueprint, "mipiti");
    let variables = [
        ("GUILDHALL_LISTEN", "10.0.0.1:2"),
        ("GUILDHALL_BLUEPRINT", "neosc"),
        ("GUILDHALL_DATABASE_URL", "sqlite:environment.db"),
        ("GUILDHALL_SESSION__IDLE_SECONDS", "700"),
        ("GUILDHALL_SESSION__ABSOLUTE_SECONDS", "800"),
        ("GUILDHALL_LOG__FORMAT", "human"),
        ("GUILDHALL_LOG__LEVEL", "warn"),
    ];
    let config = load(&overrides, &variables).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!((config.session.idle_seconds, config.session.absolute_seconds), (Some(700), Some(800)));
    assert_eq!(config.blueprint, "neosc");
    assert_eq!(config.database_url.to_string(), "sqlite:environment.db");
    overrides.listen = Some("10.0.0.1:3".to_owned());
    overrides.blueprint = Some("./ours.toml".to_owned());
    overrides.database_url = Some("memory:".to_owned());
    overrides.log = Some(LogFormat::Json.into());
    let config = load(&overrides, &variables).unwrap();
    assert_eq!((config.listen.port(), config.database_url.to_string().as_str()), (3, "memory:"));
    assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Json, "warn"));
    assert_eq!(config.blueprint, "./ours.toml");
}

#[test]
fn the_environment_reads_each_value_as_its_key_wants_it() {
    let digits = "0".repeat(31) + "1";
    let config = load(
        &Overrides::default(),
        &[
            ("GUILDHALL_SECRET_KEY", &digits),
            ("GUILDHALL_HTTP__WORKERS", "3"),
            ("GUILDHALL_HTTP__CORS_ORIGINS", "https://a.example, https://b.example:8443"),
            ("GUILDHALL_HTTP__TRUSTED_PROXIES", "[\"10.0.0.1\", \"::1\"]"),
            ("GUILDHALL_PASSWORD__CONCURRENCY", "2"),
        ],
    )
    .unwrap();
    assert_eq!(config.secret_key.unwrap().secret().expose_secret(), digits);
    assert_eq!(config.http.workers.unwrap().get(), 3);
    assert_eq!(config.http.cors_origins, ["https://a.example", "https://b.example:8443"]);
    assert_eq!(config.http.trusted_proxies.len(), 2);
    assert_eq!(config.password.bound().permits.get(), 2);
}

#[test]
fn unknown_keys_are_refused_and_named_as_their_source_spells_them() {
    for (text, key) in [
        ("listem = '1'", "`listem`"),
        ("[session]\nidel_seconds = 1", "`session.idel_seconds`"),
        ("[sesion]\nidle_seconds = 1", "`sesion`"),
    ] {
        let (_folder, overrides) = with_file(text);
        let message = refused(&overrides, &NOTHING);
        assert!(message.contains(key) && message.contains("guildhall.toml"), "{message}");
        assert!(message.contains("known here: "), "{message}");
    }
    for (variable, value) in [
        ("GUILDHALL_LISTEM", "1"),
        ("GUILDHALL_SESSION__IDEL_SECONDS", "1"),
        ("GUILDHALL_SESSION_IDLE_SECONDS", "1"),
        ("GUILDHALL_LISTEN__PORT", "1"),
        ("GUILDHALL_SESSION", "1"),
        ("GUILDHALL_MAIL__SMTP__PASWORD", "1"),
        ("GUILDHALL_LINKS__RESET", "1"),
        ("GUILDHALL_", "1"),
        ("GUILDHALL_SESSION__", "1"),
    ] {
        let message = refused(&Overrides::default(), &[(variable, value)]);
        assert!(message.contains(&format!("`{}`", variable.trim_end_matches("__"))), "{variable}: {message}");
    }
}

#[test]
fn variables_of_others_are_left_alone() {
    let others = [
        ("GUILDHALL_CONFIG", "x"),
        ("GUILDHALL_TEST_POSTGRES_URL", "x"),
        ("GUILDHALL_SERVICE_HOST", "10.0.0.1"),
        ("GUILDHALL_SERVICE_PORT_HTTP", "80"),
        ("GUILDHALL_PORT", "tcp://10.0.0.1:80"),
        ("GUILDHALL_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("PATH", "/bin"),
    ];
    assert!(load(&Overrides::default(), &others).is_ok());
}

#[test]
fn every_bad_value_is_named_with_what_to_do() {
    let (_folder, overrides) = with_file(
        "[session]\nidle_seconds = 5\nabsolute_seconds = 0\n[password]\nmin_score = 9\nmemory_kib = 1\n\
         [http]\ncors_origins = ['*']\n[log]\nlevel = 'a=b=c'\n[database]\npool_timeout_ms = 0\n",
    );
    let message = refused(&overrides, &NOTHING);
    for key in [
        "session.idle_seconds",
        "session.absolute_seconds",
        "password.min_score",
        "password.memory_kib",
        "http.cors_origins",
        "log.level",
        "database.pool_timeout_ms",
    ] {
        assert!(message.contains(&format!("`{key}`")), "{key}: {message}");
    }
}

#[test]
fn wrong_types_are_named_without_the_value() {
    for (variable, value) in [
        ("GUILDHALL_LISTEN", "hunter2"),
        ("GUILDHALL_DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("GUILDHALL_SECRET_KEY", "hunter2"),
        ("GUILDHALL_SESSION__IDLE_SECONDS", "hunter2"),
        ("GUILDHALL_THROTTLE__ACCOUNT_BURST", "0"),
        ("GUILDHALL_LOG__FORMAT", "hunter2"),
    ] {
        let message = refused(&Overrides::default(), &[(variable, value)]);
        assert!(message.contains(&format!("`{}`", variable.trim_end_matches("__"))), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_bad_flag_is_named_as_a_flag() {
    let listen = Overrides { listen: Some("nowhere".to_owned()), ..Overrides::default() };
    assert!(refused(&listen, &NOTHING).contains("`--listen`"));
    let database = Overrides { database_url: Some("nowhere".to_owned()), ..Overrides::default() };
    assert!(refused(&database, &NOTHING).contains("`--database-url`"));
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_named() {
    let missing = Overrides { file: Some(PathBuf::from("/nowhere/guildhall.toml")), ..Overrides::default() };
    assert!(refused(&missing, &NOTHING).contains("/nowhere/guildhall.toml"));
    let (_folder, broken) = with_file("listen = ");
    assert!(refused(&broken, &NOTHING).contains("guildhall.toml"));
}

#[test]
fn what_is_shown_can_be_read_again_and_holds_no_secret() {
    let variables = [
        ("GUILDHALL_SECRET_KEY", "hunter2hunter2hunter2hunter2hunter2"),
        ("GUILDHALL_DATABASE_URL", "postgres://guildhall:hunter2@db/guildhall"),
        ("GUILDHALL_HTTP__CORS_ORIGINS", "https://a.example"),
        ("GUILDHALL_HTTP__TRUSTED_PROXIES", "10.0.0.1"),
        ("GUILDHALL_LOG__LEVEL", "info,guildhall=\"debug\""),
    ];
    let shown = load(&Overrides::default(), &variables[..4]).unwrap().show();
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("secret_key = \"(hidden)\"") && shown.contains("guildhall:***@db"), "{shown}");

    let config = load(&Overrides::default(), &variables[2..4]).unwrap();
    let (_folder, overrides) = with_file(&config.show());
    assert_eq!(load(&overrides, &NOTHING).unwrap().show(), config.show());
}
