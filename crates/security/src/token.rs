use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use guildhall_domain::TokenDigest;
use guildhall_ports::{MintedToken, SecretString, TokenKind, TokenMint};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::entropy::random_or_abort;

/// Tokens of 256 random bits: a prefix for each kind and 43 characters of base64url.
///
/// | kind | prefix |
/// |---|---|
/// | session | `ghs_` |
/// | invitation | `ghi_` |
/// | verification of an e-mail address | `ghe_` |
///
/// The prefix lets secret scanners find a token that leaked into a repository
/// or a log, and keeps a token of one kind from being taken for another. The
/// digest is SHA-256 over the whole text: what cannot be guessed needs no slow
/// hash.
///
/// ```
/// use guildhall_ports::{ExposeSecret, TokenKind, TokenMint};
/// use guildhall_security::RandomTokenMint;
///
/// let token = RandomTokenMint.mint(TokenKind::Session);
/// let text = token.secret.expose_secret();
/// assert!(text.starts_with("ghs_"));
/// assert_eq!(RandomTokenMint.digest(TokenKind::Session, text), Some(token.digest));
/// assert_eq!(RandomTokenMint.digest(TokenKind::Invitation, text), None);
/// assert_eq!(RandomTokenMint.digest(TokenKind::Session, "somebody else's"), None);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomTokenMint;

impl RandomTokenMint {
    const RANDOM_BYTES: usize = 32;
    const ENCODED: usize = 43;

    /// What every token of a kind starts with.
    pub const fn prefix(kind: TokenKind) -> &'static str {
        match kind {
            TokenKind::Session => "ghs_",
            TokenKind::Invitation => "ghi_",
            TokenKind::EmailVerification => "ghe_",
        }
    }
}

impl TokenMint for RandomTokenMint {
    fn mint(&self, kind: TokenKind) -> MintedToken {
        let random = Zeroizing::new(random_or_abort::<{ Self::RANDOM_BYTES }>());
        let mut secret = String::with_capacity(Self::prefix(kind).len() + Self::ENCODED);
        secret.push_str(Self::prefix(kind));
        BASE64URL_NOPAD.encode_append(random.as_slice(), &mut secret);
        let digest = sha256(&secret);
        MintedToken { secret: SecretString::from(secret), digest }
    }

    fn digest(&self, kind: TokenKind, presented: &str) -> Option<TokenDigest> {
        let random = presented.strip_prefix(Self::prefix(kind))?;
        let readable = random.len() == Self::ENCODED
            && random.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        readable.then(|| sha256(presented))
    }

    fn challenge(&self) -> String {
        let mut text = BASE32_NOPAD.encode(&random_or_abort::<{ Self::RANDOM_BYTES }>());
        text.make_ascii_lowercase();
        text
    }
}

pub(crate) fn sha256(text: &str) -> TokenDigest {
    TokenDigest::new(Sha256::digest(text).into())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use guildhall_ports::{ExposeSecret, TokenKind, TokenMint};
    use sha2::{Digest, Sha256};

    use super::RandomTokenMint;

    const KINDS: [TokenKind; 3] = [TokenKind::Session, TokenKind::Invitation, TokenKind::EmailVerification];

    // R-INV-5: 256 bits, and storage sees only the hash.
    #[test]
    fn a_token_is_new_each_time_and_stored_as_the_digest_of_all_of_it() {
        for kind in KINDS {
            let (first, second) = (RandomTokenMint.mint(kind), RandomTokenMint.mint(kind));
            assert_ne!(first.digest, second.digest);
            let expected: [u8; 32] = Sha256::digest(first.secret.expose_secret()).into();
            assert_eq!(first.digest.as_bytes(), &expected);
        }
    }

    // R-INV-5: an invitation's link is no login, and the other way round.
    #[test]
    fn a_token_of_one_kind_is_no_token_of_another() {
        for kind in KINDS {
            let token = RandomTokenMint.mint(kind);
            for other in KINDS {
                let digest = RandomTokenMint.digest(other, token.secret.expose_secret());
                assert_eq!(digest, (other == kind).then_some(token.digest), "{kind:?} as {other:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_a_token_has_no_digest() {
        let secret = RandomTokenMint.mint(TokenKind::Session).secret;
        let good = secret.expose_secret();
        let random = &good[4..];
        for bad in [
            "",
            "ghs_",
            random,
            &good[..46],
            &format!("{good}A"),
            &format!(" {good}"),
            &format!("GHS_{random}"),
            &format!("ghp_{random}"),
            &format!("ghs_{}=", &random[..42]),
            &format!("ghs_{}\0", &random[..42]),
            &format!("ghs_{}é", &random[..41]),
        ] {
            assert_eq!(RandomTokenMint.digest(TokenKind::Session, bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_token_does_not_print() {
        let token = RandomTokenMint.mint(TokenKind::Invitation);
        assert!(!format!("{token:?}").contains(&token.secret.expose_secret()[4..]));
    }

    // N-13: what a DNS record holds is 256 random bits that survive any editor of zones.
    #[test]
    fn a_challenge_is_new_each_time_and_plain() {
        let challenges: HashSet<_> = (0..100).map(|_| RandomTokenMint.challenge()).collect();
        assert_eq!(challenges.len(), 100);
        for challenge in challenges {
            assert_eq!(challenge.len(), 52);
            assert!(challenge.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b)), "{challenge}");
        }
    }
}
