//! Random bytes of the operating system.

use data_encoding::BASE64URL_NOPAD;
use guildhall_ports::SecretString;

/// The operating system has no random bytes to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random number generator does not work: {0}")]
pub struct EntropyError(#[from] getrandom::Error);

/// A new secret text of 256 random bits, for keys and generated passwords.
///
/// # Errors
/// [`EntropyError`].
///
/// ```
/// use guildhall_ports::ExposeSecret;
///
/// let secret = guildhall_security::random_secret()?;
/// assert_eq!(secret.expose_secret().len(), 43);
/// # Ok::<(), guildhall_security::EntropyError>(())
/// ```
pub fn random_secret() -> Result<SecretString, EntropyError> {
    let bytes = random::<32>()?;
    Ok(SecretString::from(BASE64URL_NOPAD.encode(&bytes)))
}

/// Random bytes, where the caller can report a failure.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Random bytes, where there is no way to report a failure. A token that can
/// be guessed would be worse than no service, so the process ends.
pub(crate) fn random_or_abort<const N: usize>() -> [u8; N] {
    random().unwrap_or_else(|error| {
        eprintln!("guildhall: {error}; ending");
        std::process::abort()
    })
}
