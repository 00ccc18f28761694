//! The mail queue's schedule, with a clock that the test owns (ADR 13).

use std::sync::Mutex;
use std::time::Duration as Wait;

use async_trait::async_trait;
use guildhall_app::{Delivery, Guildhall, MailSettings, Settings};
use guildhall_domain::blueprint::Blueprint;
use guildhall_ports::{Mail, MailError, Mailer};
use time::Duration;

use crate::world::World;

/// Answers as it is told, one answer an attempt; silence is an answer that never comes.
struct Moody {
    answers: Mutex<Vec<Option<Result<(), MailError>>>>,
    ids: Mutex<Vec<String>>,
}

impl Moody {
    fn answering(answers: Vec<Option<Result<(), MailError>>>) -> Self {
        Self { answers: Mutex::new(answers), ids: Mutex::default() }
    }
}

#[async_trait]
impl Mailer for Moody {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.ids.lock().unwrap().push(mail.id.to_string());
        let answer = self.answers.lock().unwrap().remove(0);
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }
}

fn later() -> Option<Result<(), MailError>> {
    Some(Err(MailError::Temporary("greylisted".to_owned())))
}

async fn delivered(guildhall: &Guildhall) -> (u64, u64, u64) {
    let Delivery { sent, postponed, given_up } = guildhall.deliver_mail().await.unwrap();
    (sent, postponed, given_up)
}

fn settings() -> Settings {
    let retry_after = vec![Duration::seconds(30), Duration::minutes(10)];
    let mail = MailSettings { attempt_timeout: Wait::from_millis(50), retry_after };
    Settings { mail, ..Settings::new(Blueprint::default()) }
}

#[tokio::test]
async fn a_mail_waits_its_turn_and_keeps_its_id() {
    let mailer = std::sync::Arc::new(Moody::answering(vec![later(), None, Some(Ok(()))]));
    let world = World::with_mailer(mailer.clone(), settings());
    world.sign_up("Ann", "ann@example.com").await;
    assert_eq!(delivered(&world.guildhall).await, (0, 1, 0));
    assert_eq!(delivered(&world.guildhall).await, (0, 0, 0), "not before its time");
    world.clock.advance(Duration::seconds(29));
    assert_eq!(delivered(&world.guildhall).await, (0, 0, 0));
    world.clock.advance(Duration::seconds(1));
    assert_eq!(delivered(&world.guildhall).await, (0, 1, 0), "a server that is silent is a server that is busy");
    world.clock.advance(Duration::minutes(10));
    assert_eq!(delivered(&world.guildhall).await, (1, 0, 0));
    assert_eq!(delivered(&world.guildhall).await, (0, 0, 0), "sent once");
    let ids = mailer.ids.lock().unwrap().clone();
    assert!(ids.len() == 3 && ids.windows(2).all(|two| two[0] == two[1]), "{ids:?}");
}

#[tokio::test]
async fn trying_again_has_an_end_for_mails_too() {
    let mailer = std::sync::Arc::new(Moody::answering(vec![later(), later(), later()]));
    let world = World::with_mailer(mailer, settings());
    world.sign_up("Ann", "ann@example.com").await;
    assert_eq!(delivered(&world.guildhall).await, (0, 1, 0));
    world.clock.advance(Duration::hours(1));
    assert_eq!(delivered(&world.guildhall).await, (0, 1, 0));
    world.clock.advance(Duration::hours(1));
    assert_eq!(delivered(&world.guildhall).await, (0, 0, 1));
    world.clock.advance(Duration::days(30));
    assert_eq!(delivered(&world.guildhall).await, (0, 0, 0));
}

/// One recipient who is refused delays nobody else.
#[tokio::test]
async fn a_refused_recipient_is_given_up_at_once() {
    let refused = Some(Err(MailError::Permanent("550 no such mailbox".to_owned())));
    let mailer = std::sync::Arc::new(Moody::answering(vec![refused, Some(Ok(())), Some(Ok(()))]));
    let world = World::with_mailer(mailer, settings());
    for name in ["ann", "bob", "cid"] {
        world.sign_up(name, &format!("{name}@example.com")).await;
    }
    assert_eq!(delivered(&world.guildhall).await, (2, 0, 1));
}

/// A sender that died: its mail is due again when its lease is over, and not before.
#[tokio::test]
async fn a_lost_sender_costs_its_lease() {
    use guildhall_ports::store::Mode;
    let mailer = std::sync::Arc::new(Moody::answering(vec![Some(Ok(()))]));
    let world = World::with_mailer(mailer, settings());
    world.sign_up("Ann", "ann@example.com").await;
    let now = world.guildhall_now();
    let mut tx = world.store.begin_platform(Mode::Write).await.unwrap();
    assert_eq!(tx.claim_mail(now, now + Duration::seconds(15), 1).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    assert_eq!(delivered(&world.guildhall).await, (0, 0, 0));
    world.clock.advance(Duration::seconds(15));
    assert_eq!(delivered(&world.guildhall).await, (1, 0, 0));
}
