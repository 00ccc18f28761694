use guildhall_domain::TokenDigest;
use secrecy::SecretString;

/// A new secret token: shown once, stored only as its digest.
#[derive(Debug, Clone)]
pub struct MintedToken {
    /// What the client gets.
    pub secret: SecretString,
    /// What storage gets.
    pub digest: TokenDigest,
}

/// Makes and reads bearer tokens: 256 random bits with a scannable prefix,
/// stored as SHA-256 (never a slow hash: they cannot be guessed).
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait TokenMint: Send + Sync {
    /// A new session token.
    fn mint_session(&self) -> MintedToken;

    /// The digest of a presented token; none where it cannot be one of ours.
    fn digest(&self, presented: &str) -> Option<TokenDigest>;
}
