//! TLS and login.

use std::time::Duration;

use guildhall_mail::{InvalidSmtp, SmtpCredentials, SmtpMailer, SmtpSecurity, SmtpSettings};
use guildhall_ports::{MailError, Mailer, SecretString};

use crate::authority::Authority;
use crate::samples::{composer, invitation, mail, settings};
use crate::smtp_server::{Security, Setup, SmtpServer};

const SOON: Duration = Duration::from_secs(5);
/// `\0alice\0wonder` in base64.
const LOGIN: &str = "AGFsaWNlAHdvbmRlcg==";

async fn server(security: Security) -> SmtpServer {
    SmtpServer::start_with(0, Setup { security, login: Some(LOGIN.to_owned()) }).await
}

fn client(server: &SmtpServer, security: SmtpSecurity, roots: Option<Vec<u8>>, password: &str) -> SmtpMailer {
    let credentials = SmtpCredentials { username: "alice".to_owned(), password: SecretString::from(password) };
    let settings = SmtpSettings { security, extra_roots: roots, credentials: Some(credentials), ..settings(server) };
    SmtpMailer::new(settings, composer()).unwrap()
}

fn temporary(result: Result<(), MailError>) -> String {
    match result {
        Err(MailError::Temporary(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn mail_goes_over_tls_either_way() {
    let authority = Authority::new();
    let upgrade = authority.serving("127.0.0.1");
    for (offered, used) in [
        (Security::Tls(upgrade.clone()), SmtpSecurity::Tls),
        (Security::StartTls(upgrade.clone()), SmtpSecurity::StartTls),
    ] {
        let server = server(offered).await;
        client(&server, used, Some(authority.pem()), "wonder").send(&mail(1, invitation())).await.unwrap();
        assert!(server.wait_for(1, SOON).await[0].secured, "{used:?}");
    }
}

// A man in the middle can leave STARTTLS out of the offer.
#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_mail() {
    let server = server(Security::None).await;
    let why = temporary(client(&server, SmtpSecurity::StartTls, None, "wonder").send(&mail(1, invitation())).await);
    assert!(why.contains("STARTTLS"), "{why}");
    assert!(server.mails().is_empty());
    assert!(server.commands().iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{:?}", server.commands());
}

#[tokio::test]
async fn a_certificate_of_another_name_or_authority_is_refused() {
    let (authority, other) = (Authority::new(), Authority::new());
    for (upgrade, roots) in [
        (authority.serving("127.0.0.1"), None),
        (authority.serving("127.0.0.1"), Some(other.pem())),
        (authority.serving("mail.example.com"), Some(authority.pem())),
    ] {
        for (offered, used) in [
            (Security::Tls(upgrade.clone()), SmtpSecurity::Tls),
            (Security::StartTls(upgrade.clone()), SmtpSecurity::StartTls),
        ] {
            let server = server(offered).await;
            let why = temporary(client(&server, used, roots.clone(), "wonder").send(&mail(1, invitation())).await);
            assert!(why.contains("certificate"), "{why}");
            assert!(server.mails().is_empty());
            assert!(!server.commands().iter().any(|line| line.starts_with("AUTH")));
        }
    }
}

// A wrong password is about the installation: what waits must not be thrown away.
#[tokio::test]
async fn a_wrong_password_refuses_no_mail_for_good() {
    let server = server(Security::None).await;
    let why = temporary(client(&server, SmtpSecurity::None, None, "wrong").send(&mail(1, invitation())).await);
    assert_eq!(why, "the mail server answered 535 5.7.8");
    let nobody = SmtpMailer::new(settings(&server), composer()).unwrap();
    assert_eq!(temporary(nobody.send(&mail(1, invitation())).await), "the mail server answered 530 5.7.0");
    client(&server, SmtpSecurity::None, None, "wonder").send(&mail(1, invitation())).await.unwrap();
}

#[test]
fn mail_does_not_leave_the_machine_unencrypted_by_accident() {
    let settings = SmtpSettings::new("mail.example.com", SmtpSecurity::None);
    let refused = SmtpMailer::new(settings.clone(), composer()).unwrap_err();
    assert_eq!(refused, InvalidSmtp::Unencrypted("mail.example.com".to_owned()));
    assert!(SmtpMailer::new(SmtpSettings { allow_unencrypted: true, ..settings.clone() }, composer()).is_ok());
    assert!(SmtpMailer::new(SmtpSettings { security: SmtpSecurity::StartTls, ..settings }, composer()).is_ok());
}

#[test]
fn bad_settings_are_refused() {
    let settings = SmtpSettings::new("mail.example.com", SmtpSecurity::Tls);
    for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let bad = SmtpSettings { extra_roots: Some(pem.as_bytes().to_vec()), ..settings.clone() };
        assert!(matches!(SmtpMailer::new(bad, composer()), Err(InvalidSmtp::Roots(_))), "{pem:?}");
    }
    for name in ["", "a b", "a\r\nMAIL FROM:<x>"] {
        let bad = SmtpSettings { hello_name: Some(name.to_owned()), ..settings.clone() };
        assert!(matches!(SmtpMailer::new(bad, composer()), Err(InvalidSmtp::Name(_))), "{name:?}");
        let bad = SmtpSettings { host: name.to_owned(), ..settings.clone() };
        assert!(matches!(SmtpMailer::new(bad, composer()), Err(InvalidSmtp::Name(_))), "{name:?}");
    }
}
