//! Mail servers that refuse, stall, or go away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_domain::Email;
use guildhall_mail::{SmtpMailer, SmtpSecurity, SmtpSettings};
use guildhall_ports::{Mail, MailError, Mailer};
use tokio::task::JoinSet;

use crate::samples::{TOKEN, composer, invitation, mail, mailer, settings};
use crate::smtp_server::{Behaviour, Setup, SmtpServer};

const SOON: Duration = Duration::from_secs(5);

/// A mailer that does not wait for long.
fn impatient(server: &SmtpServer) -> SmtpMailer {
    let limit = Duration::from_secs(1);
    let settings = SmtpSettings { connect_timeout: limit, send_timeout: limit, ..settings(server) };
    SmtpMailer::new(settings, composer()).unwrap()
}

fn temporary(result: Result<(), MailError>) -> String {
    match result {
        Err(MailError::Temporary(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn permanent(result: Result<(), MailError>) -> String {
    match result {
        Err(MailError::Permanent(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_recipient_is_refused_for_good_and_others_get_their_mail() {
    let server = SmtpServer::start().await;
    let mailer = mailer(&server);
    server.behave(Behaviour::RefuseRecipient("bob@example.org".to_owned()));
    let why = permanent(mailer.send(&mail(1, invitation())).await);
    assert_eq!(why, "the mail server answered 550 5.1.1");
    mailer.send(&Mail { to: Email::parse("carol@example.org").unwrap(), ..mail(2, invitation()) }).await.unwrap();
    assert_eq!(server.wait_for(1, SOON).await[0].to, ["carol@example.org"]);
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let server = SmtpServer::start().await;
    let mailer = mailer(&server);
    server.behave(Behaviour::TryLater);
    assert_eq!(temporary(mailer.send(&mail(1, invitation())).await), "the mail server answered 451 4.7.1");
    server.behave(Behaviour::Accept);
    mailer.send(&mail(1, invitation())).await.unwrap();
}

// Errors go into logs and tables; a server may quote what it refuses.
#[tokio::test]
async fn an_error_never_holds_what_the_mail_says() {
    let server = SmtpServer::start().await;
    server.behave(Behaviour::RefuseContent);
    let why = permanent(mailer(&server).send(&mail(1, invitation())).await);
    assert_eq!(why, "the mail server answered 554 5.7.1");
    assert!(!why.contains(TOKEN) && server.mails().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_is_asked_again() {
    let server = SmtpServer::start().await;
    let (port, mailer) = (server.port(), mailer(&server));
    mailer.send(&mail(1, invitation())).await.unwrap();
    server.stop().await;
    let why = temporary(mailer.send(&mail(2, invitation())).await);
    assert!(why.starts_with("no mail server to hand it to: "), "{why}");
    // The connection that waited is dead; the mailer makes a new one.
    let server = SmtpServer::start_with(port, Setup::default()).await;
    mailer.send(&mail(2, invitation())).await.unwrap();
    assert_eq!(server.wait_for(1, SOON).await.len(), 1);
}

#[tokio::test]
async fn a_name_that_leads_nowhere_is_asked_again() {
    let settings = SmtpSettings { connect_timeout: SOON, ..SmtpSettings::new("mail.invalid", SmtpSecurity::Tls) };
    temporary(SmtpMailer::new(settings, composer()).unwrap().send(&mail(1, invitation())).await);
}

#[tokio::test]
async fn a_silent_server_costs_bounded_time() {
    let server = SmtpServer::start().await;
    server.behave(Behaviour::Silent);
    let start = Instant::now();
    let why = temporary(impatient(&server).send(&mail(1, invitation())).await);
    assert_eq!(why, "connecting to the mail server took longer than 1s");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

// The answer to one mail, come too late, must not be read as the answer to the next.
#[tokio::test]
async fn a_late_answer_is_not_taken_for_another_mails() {
    let server = SmtpServer::start().await;
    let mailer = impatient(&server);
    server.behave(Behaviour::Slow(Duration::from_millis(1_500)));
    let start = Instant::now();
    let why = temporary(mailer.send(&mail(1, invitation())).await);
    assert_eq!(why, "sending took longer than 1s");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    tokio::time::sleep(Duration::from_millis(700)).await;

    server.behave(Behaviour::RefuseRecipient("bob@example.org".to_owned()));
    for _ in 0..3 {
        permanent(mailer.send(&mail(2, invitation())).await);
    }
    server.behave(Behaviour::RefuseContent);
    permanent(mailer.send(&mail(3, invitation())).await);
}

#[tokio::test]
async fn a_send_that_nobody_waits_for_leaves_no_connection_behind() {
    let server = SmtpServer::start().await;
    let mailer = mailer(&server);
    server.behave(Behaviour::Slow(Duration::from_millis(300)));
    let given_up = tokio::time::timeout(Duration::from_millis(100), mailer.send(&mail(1, invitation()))).await;
    assert!(given_up.is_err());
    server.behave(Behaviour::RefuseContent);
    permanent(mailer.send(&mail(2, invitation())).await);
    assert_eq!(server.connections(), 2);
}

// At least once: a mail whose answer got lost goes again, and can be known by its Message-ID.
#[tokio::test]
async fn a_lost_answer_means_the_same_mail_again() {
    let server = SmtpServer::start().await;
    let mailer = mailer(&server);
    server.behave(Behaviour::HangUpAfterData);
    let why = temporary(mailer.send(&mail(1, invitation())).await);
    assert_eq!(why, "the mail server's answer was incomplete or makes no sense");
    server.behave(Behaviour::Accept);
    mailer.send(&mail(1, invitation())).await.unwrap();
    let mails = server.wait_for(2, SOON).await;
    assert_eq!(mails.iter().map(|mail| mail.answered).collect::<Vec<_>>(), [false, true]);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert_eq!(mails[0].data, mails[1].data);
}

#[tokio::test]
async fn mails_share_a_connection_one_after_the_other() {
    let server = SmtpServer::start().await;
    let mailer = mailer(&server);
    for number in 0..5 {
        mailer.send(&mail(number, invitation())).await.unwrap();
    }
    assert_eq!(server.connections(), 1);

    let mailer = Arc::new(mailer);
    let mut sends = JoinSet::new();
    for number in 5..25 {
        let mailer = Arc::clone(&mailer);
        sends.spawn(async move { mailer.send(&mail(number, invitation())).await });
    }
    assert!(sends.join_all().await.iter().all(Result::is_ok));
    let mut ids: Vec<_> = server.wait_for(25, SOON).await.iter().map(|mail| mail.header("message-id")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 25);

    let fleeting = SmtpSettings { max_idle: 0, ..settings(&server) };
    let fleeting = SmtpMailer::new(fleeting, composer()).unwrap();
    let before = server.connections();
    for number in 0..2 {
        fleeting.send(&mail(number, invitation())).await.unwrap();
    }
    assert_eq!(server.connections(), before + 2);
}
