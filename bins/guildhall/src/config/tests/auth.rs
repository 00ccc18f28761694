use super::{AuthMode, Config, NOTHING, Overrides, load, refused};

const TOKEN: &str = "kT8vQz1nB5xWm3LrYc7Jd0HsAe2UgPf9RiOq4NtVbXlZy6MwKC";

fn local(token: &str) -> [(&str, &str); 2] {
    [("GUILDHALL_AUTH", "local-token"), ("GUILDHALL_LOCAL_AUTH_TOKEN", token)]
}

// C-19, C-139
#[test]
fn a_local_user_has_a_token_that_cannot_be_guessed() {
    let config = load(&Overrides::default(), &local(TOKEN)).unwrap();
    assert_eq!(config.auth, AuthMode::LocalToken);
    assert!(!format!("{config:?}").contains(TOKEN) && !config.show().contains(TOKEN));

    let message = refused(&Overrides::default(), &local(TOKEN)[..1]);
    assert!(message.contains("`local_auth_token` is not set") && message.contains("openssl rand"), "{message}");
    for weak in [&TOKEN[1..], "", &"changeme".repeat(8), &"0".repeat(64)] {
        let message = refused(&Overrides::default(), &local(weak));
        assert!(message.contains("`local_auth_token` cannot be used: "), "{message}");
        assert!(weak.is_empty() || !message.contains(weak), "{message}");
    }
}

/// A token that nobody asks for is no reason not to start.
#[test]
fn with_passwords_the_token_does_not_matter() {
    let config = load(&Overrides::default(), &local("short")[1..]).unwrap();
    assert_eq!(config.auth, AuthMode::Password);
    let message = refused(&Overrides::default(), &[("GUILDHALL_AUTH", "none")]);
    assert!(message.contains("must be one of password, local-token"), "{message}");
}

/// What a restart must be able to open again cannot be sealed with a key of this process.
#[test]
fn a_server_on_postgresql_needs_a_secret_key() {
    let serving = |variables: &[(&str, &str)]| load(&Overrides::default(), variables).unwrap().check_for_serving();
    let postgres = ("GUILDHALL_DATABASE_URL", "postgres://db/guildhall");
    let message = serving(&[postgres]).unwrap_err().to_string();
    assert!(message.contains("`secret_key` is not set") && message.contains("GUILDHALL_SECRET_KEY"), "{message}");
    assert!(serving(&[postgres, ("GUILDHALL_SECRET_KEY", &"k".repeat(32))]).is_ok());
    assert!(serving(&NOTHING).is_ok());
    assert!(serving(&[("GUILDHALL_DATABASE_URL", "memory:")]).is_ok());
    assert!(Config::default().check_for_serving().is_ok());
}
