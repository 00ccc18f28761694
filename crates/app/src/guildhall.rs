use std::sync::Arc;

use guildhall_ports::store::Store;
use guildhall_ports::{Clock, CursorSealer, IdGen, PasswordHasher, PasswordPolicy, Throttle, TokenMint};

use crate::Settings;

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
}

/// The application. Cheap to clone; share one per process.
#[derive(Clone)]
pub struct Guildhall {
    pub(crate) ports: Ports,
    pub(crate) settings: Arc<Settings>,
}

impl Guildhall {
    /// Puts the application together.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        Self { ports, settings: Arc::new(settings) }
    }

    /// Whether storage answers: what readiness means.
    ///
    /// # Errors
    /// [`AppError::Unavailable`](crate::AppError::Unavailable).
    pub async fn ready(&self) -> Result<(), crate::AppError> {
        Ok(self.ports.store.ready().await?)
    }

    pub(crate) fn now(&self) -> guildhall_domain::Timestamp {
        self.ports.clock.now()
    }
}
