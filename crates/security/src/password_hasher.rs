use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::{self, Output, ParamsString, Salt};
use argon2::password_hash::{Error, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use guildhall_ports::{ExposeSecret, HashError, PasswordHash, PasswordHasher, PasswordVerdict, SecretString};
use tokio::sync::Semaphore;

use crate::entropy::{EntropyError, random};

/// What argon2id costs. The default is OWASP's: 19 MiB, two passes, one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Parameters {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for Argon2Parameters {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

/// How many hashes run at once, and how many more may wait.
///
/// Memory is bounded by `permits` times [`Argon2Parameters::memory_kib`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashBound {
    /// Hashes at once.
    pub permits: NonZeroUsize,
    /// Callers that wait; one more is turned away at once.
    pub queue: usize,
}

impl Default for HashBound {
    /// A hash for each core, and a queue of 64.
    fn default() -> Self {
        Self { permits: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN), queue: 64 }
    }
}

/// Why a hasher cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHashing {
    /// argon2 refuses the parameters.
    #[error("the argon2 parameters cannot be used: {0}")]
    Parameters(String),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// argon2id on tokio's blocking threads, behind a bound (R-LOGIN-3).
///
/// A caller beyond the queue gets [`HashError::Busy`] at once, before anything
/// is computed. A hash that nobody waits for any more keeps its permit until it
/// ends, because it keeps its core and its memory.
///
/// ```
/// use guildhall_ports::{PasswordHasher, SecretString};
/// use guildhall_security::{Argon2Hasher, Argon2Parameters, HashBound};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let hasher = Argon2Hasher::new(Argon2Parameters::default(), HashBound::default())?;
/// let hash = hasher.hash(SecretString::from("correct horse battery")).await?;
/// assert!(hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
///
/// let verdict = hasher.verify(SecretString::from("correct horse battery"), Some(hash)).await?;
/// assert!(verdict.matches && !verdict.outdated);
/// # Ok(()) }
/// ```
pub struct Argon2Hasher {
    engine: Arc<Engine>,
    /// One for each that runs or waits.
    places: Arc<Semaphore>,
    /// One for each that runs.
    permits: Arc<Semaphore>,
}

/// What a hash needs on its thread.
struct Engine {
    argon2: Argon2<'static>,
    parameters: Params,
    /// What the password of an unknown account is compared with: a tag that no
    /// password is known for.
    nobody: phc::PasswordHash,
}

impl Argon2Hasher {
    /// When a caller who was turned away should come back.
    pub const RETRY_AFTER: Duration = Duration::from_secs(1);
    const SALT: usize = 16;
    const TAG: usize = 32;

    /// A hasher with these costs and this bound.
    ///
    /// # Errors
    /// [`InvalidHashing`].
    pub fn new(parameters: Argon2Parameters, bound: HashBound) -> Result<Self, InvalidHashing> {
        let refused = |error: &dyn fmt::Display| InvalidHashing::Parameters(error.to_string());
        let Argon2Parameters { memory_kib, iterations, parallelism } = parameters;
        let parameters =
            Params::new(memory_kib, iterations, parallelism, Some(Self::TAG)).map_err(|error| refused(&error))?;
        let nobody = phc::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&parameters).map_err(|error| refused(&error))?,
            salt: Some(Salt::new(&random::<{ Self::SALT }>()?).map_err(|error| refused(&error))?),
            hash: Some(Output::new(&random::<{ Self::TAG }>()?).map_err(|error| refused(&error))?),
        };
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters.clone());
        let permits = bound.permits.get().min(Semaphore::MAX_PERMITS);
        let places = permits.saturating_add(bound.queue).min(Semaphore::MAX_PERMITS);
        Ok(Self {
            engine: Arc::new(Engine { argon2, parameters, nobody }),
            places: Arc::new(Semaphore::new(places)),
            permits: Arc::new(Semaphore::new(permits)),
        })
    }

    /// Runs `work` on a blocking thread when there is room.
    async fn bounded<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&Engine) -> Result<T, HashError> + Send + 'static,
    {
        let busy = HashError::Busy { retry_after: Self::RETRY_AFTER };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy.clone())?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| busy)?;
        let engine = Arc::clone(&self.engine);
        let hashing = tokio::task::spawn_blocking(move || {
            // Both go when the work ends, whether or not somebody still waits for it.
            let _held = (place, permit);
            work(&engine)
        });
        hashing.await.map_err(|error| failed(&error))?
    }
}

impl Engine {
    fn hash(&self, password: &SecretString) -> Result<PasswordHash, HashError> {
        let salt: [u8; Argon2Hasher::SALT] = random().map_err(|error| failed(&error))?;
        let hash = self
            .argon2
            .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
            .map_err(|error| failed(&error))?;
        Ok(PasswordHash::new(hash.to_string()))
    }

    fn verify(&self, password: &SecretString, hash: Option<&PasswordHash>) -> Result<PasswordVerdict, HashError> {
        let stored = match hash {
            Some(hash) => Some(phc::PasswordHash::new(hash.as_phc()).map_err(|error| failed(&error))?),
            None => None,
        };
        let compared = stored.as_ref().unwrap_or(&self.nobody);
        let matches = match self.argon2.verify_password(password.expose_secret().as_bytes(), compared) {
            Ok(()) => stored.is_some(),
            Err(Error::PasswordInvalid) => false,
            Err(error) => return Err(failed(&error)),
        };
        Ok(PasswordVerdict { matches, outdated: stored.is_some_and(|stored| self.outdated(&stored)) })
    }

    fn outdated(&self, stored: &phc::PasswordHash) -> bool {
        let same = stored.algorithm == self.nobody.algorithm
            && stored.version == self.nobody.version
            && Params::try_from(stored).is_ok_and(|parameters| parameters == self.parameters);
        !same
    }
}

fn failed(error: &dyn fmt::Display) -> HashError {
    HashError::Failed(error.to_string())
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: SecretString) -> Result<PasswordHash, HashError> {
        self.bounded(move |engine| engine.hash(&password)).await
    }

    async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<PasswordVerdict, HashError> {
        self.bounded(move |engine| engine.verify(&password, hash.as_ref())).await
    }
}

impl fmt::Debug for Argon2Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2Hasher")
            .field("parameters", &self.engine.parameters)
            .field("free", &self.permits.available_permits())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
