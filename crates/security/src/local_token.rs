mod strength;

use std::fmt;

use guildhall_domain::TokenDigest;
use guildhall_ports::{ExposeSecret, MintedToken, SecretString, TokenKind, TokenMint};
use subtle::ConstantTimeEq;

use crate::RandomTokenMint;
use crate::token::sha256;

pub use strength::WeakLocalToken;

/// The tokens of an installation with one local user, who is known by one
/// configured token (C-19, C-139).
///
/// - That token is the only session token there is: [`TokenMint::digest`]
///   gives a digest for it and for no other text. It compares SHA-256 digests
///   in constant time, so neither the token's characters nor its length show
///   in how long an answer takes.
/// - [`TokenMint::mint`] never gives the configured token away, which it could
///   only give to somebody who has not shown it. A session minted here gets a
///   random token without a digest: it opens nothing.
/// - Invitations and e-mail verifications have tokens as everywhere, from
///   [`RandomTokenMint`].
///
/// The one session to be stored has [`LocalTokenMint::session_digest`].
///
/// ```
/// use guildhall_ports::{ExposeSecret, SecretString, TokenKind, TokenMint};
/// use guildhall_security::LocalTokenMint;
///
/// let configured = "6f0a3c41d9be57720c18e4fa5b96d382a7714ce05f2b9d6833e1";
/// let mint = LocalTokenMint::new(&SecretString::from(configured))?;
/// assert_eq!(mint.digest(TokenKind::Session, configured), Some(mint.session_digest()));
///
/// let other = mint.mint(TokenKind::Session).secret;
/// assert_eq!(mint.digest(TokenKind::Session, other.expose_secret()), None);
///
/// let placeholder = SecretString::from("changeme-changeme-changeme-changeme-changeme-changeme");
/// assert!(LocalTokenMint::new(&placeholder).is_err());
/// # Ok::<(), guildhall_security::WeakLocalToken>(())
/// ```
#[derive(Clone)]
pub struct LocalTokenMint {
    session: TokenDigest,
    others: RandomTokenMint,
}

impl LocalTokenMint {
    /// The shortest token, in characters (C-19, C-139).
    pub const MIN_LENGTH: usize = 50;
    /// The longest token, in characters: what a header of a request can carry.
    pub const MAX_LENGTH: usize = 512;

    /// Takes the configured token. White space around it is not part of it.
    ///
    /// # Errors
    /// [`WeakLocalToken`] for what is too short, cannot be sent in a header, or
    /// is a placeholder and not a secret.
    pub fn new(configured: &SecretString) -> Result<Self, WeakLocalToken> {
        let token = configured.expose_secret().trim();
        strength::check(token)?;
        Ok(Self { session: sha256(token), others: RandomTokenMint })
    }

    /// The digest of the configured token, for the one session that is stored.
    pub fn session_digest(&self) -> TokenDigest {
        self.session
    }
}

impl TokenMint for LocalTokenMint {
    fn mint(&self, kind: TokenKind) -> MintedToken {
        self.others.mint(kind)
    }

    fn digest(&self, kind: TokenKind, presented: &str) -> Option<TokenDigest> {
        if kind != TokenKind::Session {
            return self.others.digest(kind, presented);
        }
        let same = sha256(presented).as_bytes().ct_eq(self.session.as_bytes());
        bool::from(same).then_some(self.session)
    }

    fn challenge(&self) -> String {
        self.others.challenge()
    }
}

impl fmt::Debug for LocalTokenMint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalTokenMint(…)")
    }
}

#[cfg(test)]
mod tests {
    use guildhall_ports::{ExposeSecret, SecretString, TokenKind, TokenMint};

    use super::LocalTokenMint;
    use crate::{RandomTokenMint, WeakLocalToken};

    const TOKEN: &str = "kT8vQz1nB5xWm3LrYc7Jd0HsAe2UgPf9RiOq4NtVbXlZy6MwKC";

    fn mint() -> LocalTokenMint {
        LocalTokenMint::new(&SecretString::from(TOKEN)).unwrap()
    }

    // C-19, C-139
    #[test]
    fn the_configured_token_is_the_only_session_token() {
        let mint = mint();
        assert_eq!(TOKEN.len(), LocalTokenMint::MIN_LENGTH);
        assert_eq!(mint.digest(TokenKind::Session, TOKEN), Some(mint.session_digest()));
        let random = RandomTokenMint.mint(TokenKind::Session).secret;
        for other in [
            "",
            &TOKEN[..49],
            &format!("{TOKEN}C"),
            &format!(" {TOKEN}"),
            &format!("{}D", &TOKEN[..49]),
            &TOKEN.to_lowercase(),
            random.expose_secret(),
        ] {
            assert_eq!(mint.digest(TokenKind::Session, other), None, "{other:?}");
        }
    }

    // C-139: whoever logs in or registers is not handed the configured token, nor another that works.
    #[test]
    fn a_minted_session_opens_nothing() {
        let mint = mint();
        let minted = mint.mint(TokenKind::Session);
        assert_ne!(minted.secret.expose_secret(), TOKEN);
        assert_ne!(minted.digest, mint.session_digest());
        assert_eq!(mint.digest(TokenKind::Session, minted.secret.expose_secret()), None);
    }

    #[test]
    fn other_kinds_have_random_tokens() {
        let mint = mint();
        for kind in [TokenKind::Invitation, TokenKind::EmailVerification] {
            let minted = mint.mint(kind);
            assert_eq!(mint.digest(kind, minted.secret.expose_secret()), Some(minted.digest));
            assert_eq!(mint.digest(TokenKind::Session, minted.secret.expose_secret()), None);
            assert_eq!(mint.digest(kind, TOKEN), None);
        }
        assert_eq!(mint.challenge().len(), 52);
    }

    // A line break at the end of a file or a variable is no part of a token.
    #[test]
    fn white_space_around_the_token_does_not_count() {
        let padded = LocalTokenMint::new(&SecretString::from(format!(" {TOKEN}\n"))).unwrap();
        assert_eq!(padded.session_digest(), mint().session_digest());
        let short = LocalTokenMint::new(&SecretString::from(format!("{}\n\n", &TOKEN[..49])));
        assert_eq!(short.unwrap_err(), WeakLocalToken::TooShort { length: 49 });
    }

    #[test]
    fn it_does_not_print() {
        let printed = format!("{:?} {:?}", mint(), mint().session_digest());
        assert_eq!(printed, "LocalTokenMint(…) TokenDigest(…)");
    }
}
