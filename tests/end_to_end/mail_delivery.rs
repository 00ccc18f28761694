//! Mails over a real mail server on loopback: one that works, and ones that do
//! not (ADR 13).

use std::time::Duration;

use serde_json::json;

use crate::database::Database;
use crate::mailbox::Received;
use crate::server::Server;
use crate::smtp_server::{Behaviour, Setup, SmtpServer};

const PATIENCE: Duration = Duration::from_secs(30);

async fn start(database: Database, smtp: &SmtpServer) -> Server {
    let port = smtp.port().to_string();
    Server::start_with(
        database,
        &[
            ("GUILDHALL_MAIL__TRANSPORT", "smtp"),
            ("GUILDHALL_MAIL__FROM", "Guildhall <guildhall@example.org>"),
            ("GUILDHALL_MAIL__SMTP__HOST", "127.0.0.1"),
            ("GUILDHALL_MAIL__SMTP__PORT", &port),
            ("GUILDHALL_MAIL__SMTP__SECURITY", "none"),
            ("GUILDHALL_MAIL__SMTP__SEND_TIMEOUT_SECONDS", "2"),
            ("GUILDHALL_MAIL__SMTP__CONNECT_TIMEOUT_SECONDS", "2"),
            ("GUILDHALL_MAIL__RETRY_AFTER_SECONDS", "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"),
            ("GUILDHALL_PUBLIC_URL", "https://guild.example.org"),
        ],
    )
    .await
}

macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(super::Database::sqlite()).await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $test() {
                    super::$test(super::Database::postgres().await).await;
                }
            )+
        }
    };
}

on_both!(a_mail_as_it_arrives, a_server_that_is_down_or_slow, one_recipient_is_refused, nothing_is_lost_by_a_crash,);

async fn a_mail_as_it_arrives(database: Database) {
    let smtp = SmtpServer::start().await;
    let server = start(database, &smtp).await;
    let owner = server.client().register_in("o@example.com", "Olga", "<b>Bobby & Tables</b>").await;
    let body = json!({ "email": "new@example.com", "message": "Come <script>in</script>" });
    let invited = owner.post("/api/v1/organizations/me/invites", body).await.expect(201);
    let mails = smtp.wait_for(2, PATIENCE).await;
    let raw = mails.iter().find(|mail| mail.to == ["new@example.com"]).unwrap();
    let mail = Received::parse(raw.data.as_bytes());
    assert!(mail.subject.contains("<b>Bobby & Tables</b>"));
    assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>Bobby"), "escaped: {}", mail.html);
    assert!(mail.text.contains("Come <script>in</script>"), "{}", mail.text);
    assert!(mail.html.contains("&#60;script") || mail.html.contains("&lt;script"), "{}", mail.html);
    assert!(mail.text.contains("https://guild.example.org/"), "{}", mail.text);
    assert_eq!(mail.token(), invited.text_at("/token"));
    assert!(mail.message_id.ends_with("@example.org"));
    assert_eq!(raw.from, "guildhall@example.org");
}

/// Requests do not wait for mail servers, and nothing is lost by theirs.
async fn a_server_that_is_down_or_slow(database: Database) {
    let smtp = SmtpServer::start().await;
    let port = smtp.port();
    let server = start(database, &smtp).await;
    smtp.stop().await;
    let owner = server.client().register("Olga").await;
    let invite = async |email: &str| {
        let begun = std::time::Instant::now();
        owner.post("/api/v1/organizations/me/invites", json!({ "email": email })).await.expect(201);
        assert!(begun.elapsed() < Duration::from_secs(2), "a request waited for the mail server");
    };
    invite("a@example.com").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let smtp = SmtpServer::start_with(port, Setup::default()).await;
    smtp.wait_for(2, PATIENCE).await;

    smtp.behave(Behaviour::Silent);
    invite("b@example.com").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    smtp.behave(Behaviour::TryLater);
    invite("c@example.com").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    smtp.behave(Behaviour::Accept);
    let mails = smtp.wait_for(4, PATIENCE).await;
    for address in ["a@example.com", "b@example.com", "c@example.com"] {
        assert!(mails.iter().any(|mail| mail.to == [address]), "no mail to {address}");
    }
}

async fn one_recipient_is_refused(database: Database) {
    let smtp = SmtpServer::start().await;
    let server = start(database, &smtp).await;
    smtp.behave(Behaviour::RefuseRecipient("gone@example.com".to_owned()));
    let owner = server.client().register("Olga").await;
    let emails = ["gone@example.com", "a@example.com", "b@example.com"];
    owner.post("/api/v1/organizations/me/invites/bulk", json!({ "emails": emails })).await.expect(200);
    let mails = smtp.wait_for(3, PATIENCE).await;
    assert!(mails.iter().all(|mail| mail.to != ["gone@example.com"]));
    // Refused for good is refused once.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let tried = smtp.commands().iter().filter(|line| line.contains("gone@example.com")).count();
    assert_eq!(tried, 1);
    // The invitation stands, and its token works without the mail.
    let list = owner.get("/api/v1/organizations/me/invites?email=gone@example.com").await.expect(200);
    assert_eq!(list.items().len(), 1);
}

/// `kill -9` between commit and sending, and between sending and the server's
/// answer: after the restart every mail is delivered, and one that came twice
/// has one Message-ID.
async fn nothing_is_lost_by_a_crash(database: Database) {
    let smtp = SmtpServer::start().await;
    let mut server = start(database, &smtp).await;
    let owner = server.client().register("Olga").await;
    smtp.wait_for(1, PATIENCE).await;
    let mut expected = Vec::new();
    for round in 0..3 {
        smtp.behave(if round % 2 == 0 { Behaviour::Silent } else { Behaviour::Slow(Duration::from_secs(5)) });
        let emails: Vec<_> = (0..5).map(|n| format!("r{round}n{n}@example.com")).collect();
        let owner = owner.at(&server.client());
        owner.post("/api/v1/organizations/me/invites/bulk", json!({ "emails": emails })).await.expect(200);
        expected.extend(emails);
        tokio::time::sleep(Duration::from_millis(100 * round)).await;
        server.kill().await;
        server.restart().await;
    }
    smtp.behave(Behaviour::Accept);
    let delivered = async {
        loop {
            let answered: Vec<_> = smtp.mails().into_iter().filter(|mail| mail.answered).collect();
            if expected.iter().all(|to| answered.iter().any(|mail| mail.to == [to.as_str()])) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(90), delivered).await.expect("every mail arrives");
    for to in &expected {
        let ids: std::collections::HashSet<_> = smtp
            .mails()
            .iter()
            .filter(|mail| mail.to == [to.as_str()])
            .map(|mail| mail.header("Message-ID").unwrap())
            .collect();
        assert_eq!(ids.len(), 1, "{to} got one mail, however often");
    }
}
