use data_encoding::BASE64URL_NOPAD;
use guildhall_domain::TokenDigest;
use guildhall_ports::{MintedToken, SecretString, TokenMint};
use sha2::{Digest, Sha256};

use crate::entropy::random_or_abort;

/// Tokens of 256 random bits: `ghs_` and 43 characters of base64url.
///
/// The prefix lets secret scanners find a token that leaked into a repository
/// or a log. The digest is SHA-256 over the whole text: what cannot be guessed
/// needs no slow hash.
///
/// ```
/// use guildhall_ports::{ExposeSecret, TokenMint};
/// use guildhall_security::RandomTokenMint;
///
/// let token = RandomTokenMint.mint_session();
/// assert!(token.secret.expose_secret().starts_with("ghs_"));
/// assert_eq!(RandomTokenMint.digest(token.secret.expose_secret()), Some(token.digest));
/// assert_eq!(RandomTokenMint.digest("somebody else's"), None);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomTokenMint;

impl RandomTokenMint {
    /// What every session token starts with.
    pub const SESSION_PREFIX: &str = "ghs_";
    const RANDOM_BYTES: usize = 32;
    const ENCODED: usize = 43;
}

impl TokenMint for RandomTokenMint {
    fn mint_session(&self) -> MintedToken {
        let random = random_or_abort::<{ Self::RANDOM_BYTES }>();
        let secret = format!("{}{}", Self::SESSION_PREFIX, BASE64URL_NOPAD.encode(&random));
        let digest = sha256(&secret);
        MintedToken { secret: SecretString::from(secret), digest }
    }

    fn digest(&self, presented: &str) -> Option<TokenDigest> {
        let random = presented.strip_prefix(Self::SESSION_PREFIX)?;
        let readable = random.len() == Self::ENCODED
            && random.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        readable.then(|| sha256(presented))
    }
}

fn sha256(text: &str) -> TokenDigest {
    TokenDigest::new(Sha256::digest(text).into())
}

#[cfg(test)]
mod tests {
    use guildhall_ports::{ExposeSecret, TokenMint};
    use sha2::{Digest, Sha256};

    use super::RandomTokenMint;

    #[test]
    fn a_token_is_new_each_time_and_stored_as_the_digest_of_all_of_it() {
        let (first, second) = (RandomTokenMint.mint_session(), RandomTokenMint.mint_session());
        assert_ne!(first.digest, second.digest);
        let expected: [u8; 32] = Sha256::digest(first.secret.expose_secret()).into();
        assert_eq!(first.digest.as_bytes(), &expected);
    }

    #[test]
    fn what_cannot_be_a_token_has_no_digest() {
        let secret = RandomTokenMint.mint_session().secret;
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
            assert_eq!(RandomTokenMint.digest(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_token_does_not_print() {
        let token = RandomTokenMint.mint_session();
        assert!(!format!("{token:?}").contains(&token.secret.expose_secret()[4..]));
    }
}
