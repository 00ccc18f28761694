use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use guildhall_domain::Timestamp;
use guildhall_ports::{Clock, ExposeSecret, LookupError, Mail, MailContent, MailError, Mailer, TextRecords};
use guildhall_security::SystemClock;
use time::Duration;

/// What lies outside of the server: mailboxes, the domain name system, and the time.
#[derive(Clone, Default)]
pub struct Outside {
    pub mailboxes: Arc<Mailboxes>,
    pub dns: Arc<Dns>,
    pub clock: Arc<MovableClock>,
}

/// Keeps what is sent.
#[derive(Default)]
pub struct Mailboxes(Mutex<Vec<Mail>>);

impl Mailboxes {
    /// The mails to an address, the first one first.
    pub fn of(&self, address: &str) -> Vec<Mail> {
        self.0.lock().unwrap().iter().filter(|mail| mail.to.as_str() == address).cloned().collect()
    }
}

#[async_trait]
impl Mailer for Mailboxes {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

/// The token that a mail brings.
pub fn token_in(mail: &Mail) -> String {
    match &mail.content {
        MailContent::Invitation { token, .. } | MailContent::EmailVerification { token, .. } => {
            token.expose_secret().to_owned()
        }
    }
}

/// Names with their text records; none where a name does not answer.
#[derive(Default)]
pub struct Dns(Mutex<HashMap<String, Option<Vec<String>>>>);

impl Dns {
    pub fn publish(&self, name: &str, record: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), Some(vec!["v=spf1 -all".to_owned(), record.to_owned()]));
    }

    pub fn withdraw(&self, name: &str) {
        self.0.lock().unwrap().remove(name);
    }

    pub fn fall_silent(&self, name: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), None);
    }
}

#[async_trait]
impl TextRecords for Dns {
    async fn lookup(&self, name: &str) -> Result<Vec<String>, LookupError> {
        match self.0.lock().unwrap().get(name) {
            Some(Some(records)) => Ok(records.clone()),
            Some(None) => Err(LookupError::Unavailable("no answer from 10.0.0.53".to_owned())),
            None => Ok(Vec::new()),
        }
    }
}

/// The present time, and what was added to it.
#[derive(Default)]
pub struct MovableClock(AtomicI64);

impl MovableClock {
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(by.whole_seconds(), Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}
