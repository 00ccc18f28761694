use std::sync::Arc;

use guildhall_domain::blueprint::Blueprint;
use guildhall_ports::store::Store;
use guildhall_ports::{
    AnswerSealer, Clock, CursorSealer, IdGen, MailSealer, Mailer, PasswordHasher, PasswordPolicy, TextRecords,
    Throttle, TokenMint,
};
use tokio::sync::Notify;

use crate::Settings;
use crate::credits::Gate;

/// The adapters that the use cases run on.
#[derive(Clone)]
pub struct Ports {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdGen>,
    /// Slow hashing of passwords.
    pub password_hasher: Arc<dyn PasswordHasher>,
    /// Which passwords are good enough.
    pub password_policy: Arc<dyn PasswordPolicy>,
    /// Bearer tokens.
    pub tokens: Arc<dyn TokenMint>,
    /// How often passwords can be tried.
    pub throttle: Arc<dyn Throttle>,
    /// Seals for the cursors of lists.
    pub cursors: Arc<dyn CursorSealer>,
    /// Seals for answers that are kept.
    pub answers: Arc<dyn AnswerSealer>,
    /// The way to people's mailboxes.
    pub mailer: Arc<dyn Mailer>,
    /// Seals for mails that wait in storage.
    pub mail_sealer: Arc<dyn MailSealer>,
    /// The domain name system.
    pub text_records: Arc<dyn TextRecords>,
}

/// The application. Cheap to clone; share one per process.
#[derive(Clone)]
pub struct Guildhall {
    pub(crate) ports: Ports,
    pub(crate) settings: Arc<Settings>,
    pub(crate) mail_queued: Arc<Notify>,
    pub(crate) credit_gate: Arc<Gate>,
}

impl Guildhall {
    /// Puts the application together.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        let (mail_queued, credit_gate) = (Arc::default(), Arc::default());
        Self { ports, settings: Arc::new(settings), mail_queued, credit_gate }
    }

    /// Whether storage answers: what readiness means.
    ///
    /// # Errors
    /// [`AppError::Unavailable`](crate::AppError::Unavailable).
    pub async fn ready(&self) -> Result<(), crate::AppError> {
        Ok(self.ports.store.ready().await?)
    }

    /// The deployment's tenancy rules.
    pub fn blueprint(&self) -> &Blueprint {
        &self.settings.blueprint
    }

    /// What time it is here: what decides whether an invitation is still open.
    pub fn now(&self) -> guildhall_domain::Timestamp {
        self.ports.clock.now()
    }
}
