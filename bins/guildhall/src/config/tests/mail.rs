use std::path::Path;
use std::time::Duration;

use guildhall_mail::SmtpSecurity;
use guildhall_ports::ExposeSecret;

use super::{NOTHING, Overrides, load, refused, with_file};
use crate::config::MailTransport;

const SMTP: [(&str, &str); 3] = [
    ("GUILDHALL_MAIL__TRANSPORT", "smtp"),
    ("GUILDHALL_MAIL__FROM", "Guildhall <no-reply@example.com>"),
    ("GUILDHALL_MAIL__SMTP__HOST", "smtp.example.com"),
];

#[test]
fn without_a_mail_server_mails_are_files_beside_the_database() {
    let folder = |variables: &[(&str, &str)]| {
        let config = load(&Overrides::default(), variables).unwrap();
        assert_eq!(config.mail.transport, MailTransport::File);
        config.mail.directory(&config.database_url)
    };
    assert_eq!(folder(&NOTHING), Path::new("guildhall-data/mail"));
    assert_eq!(folder(&[("GUILDHALL_DATABASE_URL", "sqlite:/var/lib/g.db")]), Path::new("/var/lib/mail"));
    assert_eq!(folder(&[("GUILDHALL_DATABASE_URL", "postgres://db/g")]), Path::new("mail"));
    assert_eq!(folder(&[("GUILDHALL_DATABASE_URL", "memory:")]), Path::new("mail"));
    assert_eq!(folder(&[("GUILDHALL_MAIL__DIRECTORY", "7")]), Path::new("7"));
}

#[test]
fn a_mail_server_is_reached_as_configured() {
    let config = load(&Overrides::default(), &SMTP).unwrap();
    let settings = config.mail.smtp.settings(None, config.mail.senders);
    assert_eq!(
        (settings.host.as_str(), settings.port, settings.security),
        ("smtp.example.com", 465, SmtpSecurity::Tls)
    );
    assert!(settings.credentials.is_none() && !settings.allow_unencrypted);
    assert_eq!(config.mail.sender().unwrap().host(), "example.com");

    let variables = [
        ("GUILDHALL_MAIL__SMTP__SECURITY", "starttls"),
        ("GUILDHALL_MAIL__SMTP__USERNAME", "1234"),
        ("GUILDHALL_MAIL__SMTP__PASSWORD", "0042"),
        ("GUILDHALL_MAIL__SMTP__CONNECT_TIMEOUT_SECONDS", "3"),
        ("GUILDHALL_MAIL__SMTP__SEND_TIMEOUT_SECONDS", "5"),
        ("GUILDHALL_MAIL__SENDERS", "4"),
        ("GUILDHALL_MAIL__RETRY_AFTER_SECONDS", "30, 120,600"),
    ];
    let config = load(&Overrides::default(), &[&SMTP[..], &variables].concat()).unwrap();
    let settings = config.mail.smtp.settings(None, config.mail.senders);
    assert_eq!((settings.port, settings.security, settings.max_idle), (587, SmtpSecurity::StartTls, 4));
    let credentials = settings.credentials.unwrap();
    assert_eq!((credentials.username.as_str(), credentials.password.expose_secret()), ("1234", "0042"));
    // Nothing that the mailer does in time is cut off.
    let mail = config.mail.settings();
    assert!(mail.attempt_timeout >= Duration::from_secs(3 + 5));
    assert_eq!(mail.retry_after.iter().map(|wait| wait.whole_seconds()).collect::<Vec<_>>(), [30, 120, 600]);
}

/// RFC 5321, 4.5.4.1: four to five days at most, and not only minutes.
#[test]
fn mails_are_tried_for_about_three_days() {
    let config = load(&Overrides::default(), &NOTHING).unwrap();
    let total: u64 = config.mail.retry_after_seconds.iter().sum();
    assert!((2 * 86_400..5 * 86_400).contains(&total), "{total} s");
    assert!(config.mail.retry_after_seconds.is_sorted());
}

#[test]
fn every_bad_value_is_named_with_what_to_do() {
    for (text, keys) in [
        ("[mail]\ntransport = 'smtp'", &["mail.from", "mail.smtp.host"][..]),
        ("[mail]\ntransport = 'pigeon'", &["mail.transport"]),
        ("[mail]\nfrom = 'nobody'\nsenders = 0\ndirectory = ''", &["mail.from", "mail.senders", "mail.directory"]),
        ("[mail]\nretry_after_seconds = [0]", &["mail.retry_after_seconds"]),
        ("[mail]\nretry_after_seconds = [604801]", &["mail.retry_after_seconds"]),
        ("[mail]\nretry_after_seconds = ['soon']", &["mail.retry_after_seconds"]),
        (
            "[mail]\ntransport = 'smtp'\nfrom = 'a@example.com'\n[mail.smtp]\nhost = 'h'\nport = 0\nusername = 'u'\n\
             connect_timeout_seconds = 0\nsend_timeout_seconds = 0",
            &[
                "mail.smtp.port",
                "mail.smtp.password",
                "mail.smtp.connect_timeout_seconds",
                "mail.smtp.send_timeout_seconds",
            ],
        ),
        (
            "[mail]\ntransport = 'smtp'\nfrom = 'a@example.com'\n[mail.smtp]\nhost = 'h'\npassword = 'hunter2'",
            &["mail.smtp.username"],
        ),
        ("[mail.smtp]\nsecurity = 'ssl'", &["mail.smtp.security"]),
        (
            "[links]\ninvitation = 'https://example.com/join'\nemail_verification = 'app://{token}'",
            &["links.invitation", "links.email_verification"],
        ),
        ("public_url = 'example.com'", &["public_url"]),
        ("[dns]\nnameserver = '10.0.0.1'", &["dns.nameserver"]),
        (
            "[dns]\ntimeout_ms = 0\nattempts = 11\ndeadline_ms = 0",
            &["dns.timeout_ms", "dns.attempts", "dns.deadline_ms"],
        ),
        ("[throttle]\nmail_interval_ms = 86400001", &["throttle.mail_interval_ms"]),
        ("[throttle]\nmail_burst = 0", &["throttle.mail_burst"]),
        ("[throttle]\nmail_burst = 99", &["throttle.mail_burst"]),
        ("[throttle]\nrecipient_burst = 0", &["throttle.recipient_burst"]),
        ("[throttle]\nrecipient_interval_ms = 86400001", &["throttle.recipient_interval_ms"]),
    ] {
        let (_folder, overrides) = with_file(text);
        let message = refused(&overrides, &NOTHING);
        for key in keys {
            assert!(message.contains(&format!("`{key}")), "{key}: {message}");
        }
        assert!(!message.contains("hunter2"), "{message}");
    }
}

/// ASVS 14.2.1: as long as nobody says otherwise, tokens stay out of servers' logs.
#[test]
fn links_lead_to_this_server_or_a_product_of_its_own() {
    let links = |variables: &[(&str, &str)]| {
        let config = load(&Overrides::default(), variables).unwrap();
        config.links.mail_links(&config.public_url()).unwrap()
    };
    let usual = links(&[("GUILDHALL_PUBLIC_URL", "https://example.com/guildhall/")]);
    assert_eq!(usual.invitation.to_string(), "https://example.com/guildhall/invitations#token={token}");
    assert_eq!(usual.email_verification.to_string(), "https://example.com/guildhall/verify-email#token={token}");
    let own = links(&[("GUILDHALL_LINKS__INVITATION", "https://app.example.com/join?t={token}")]);
    assert_eq!(own.invitation.to_string(), "https://app.example.com/join?t={token}");
    assert_eq!(own.email_verification.to_string(), "http://127.0.0.1:8080/verify-email#token={token}");
}

#[test]
fn what_is_shown_can_be_read_again_and_holds_no_password() {
    let login = [("GUILDHALL_MAIL__SMTP__USERNAME", "guildhall"), ("GUILDHALL_MAIL__SMTP__PASSWORD", "hunter2")];
    let config = load(&Overrides::default(), &[&SMTP[..], &login].concat()).unwrap();
    let shown = config.show();
    assert!(!shown.contains("hunter2") && !format!("{config:?}").contains("hunter2"), "{shown}");
    assert!(shown.contains("[mail.smtp]") && shown.contains("password = \"(hidden)\""), "{shown}");
    let dns = ("GUILDHALL_DNS__NAMESERVER", "[::1]:5353");
    let config = load(&Overrides::default(), &[&SMTP[..], &[dns]].concat()).unwrap();
    let (_folder, overrides) = with_file(&config.show());
    assert_eq!(load(&overrides, &NOTHING).unwrap().show(), config.show());
}
