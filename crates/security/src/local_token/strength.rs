use zxcvbn::zxcvbn;

use super::LocalTokenMint;

/// Why a text is not taken as the local token, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeakLocalToken {
    /// It has too few characters.
    #[error("the local token has {length} characters and must have at least {}; {ADVICE}", LocalTokenMint::MIN_LENGTH)]
    TooShort {
        /// How many it has.
        length: usize,
    },
    /// It has too many characters.
    #[error("the local token must have at most {} characters; {ADVICE}", LocalTokenMint::MAX_LENGTH)]
    TooLong,
    /// It holds what a header cannot carry.
    #[error("the local token may hold only visible ASCII characters and no spaces; {ADVICE}")]
    NotPlain,
    /// It was taken from an example.
    #[error("the local token is a placeholder (it holds \"{word}\"); {ADVICE}")]
    Placeholder {
        /// What gives it away; nothing of a real token.
        word: &'static str,
    },
    /// It is long, but easy to guess.
    #[error("the local token is too easy to guess: it repeats itself or is made of few characters or words; {ADVICE}")]
    Guessable,
}

const ADVICE: &str = "make one with `openssl rand -hex 32`";

/// What examples and templates hold in place of a secret, without punctuation.
/// Each is too long to come up in random characters.
const PLACEHOLDERS: [&str; 16] = [
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "replacewith",
    "replaceby",
    "yourtoken",
    "yoursecret",
    "yourlocal",
    "yourauth",
    "localauthtoken",
    "tokenhere",
    "placeholder",
    "example",
    "insertyour",
];

/// Fewer different characters than this are no random text: 50 random decimal
/// digits have eight of the ten nearly always.
const MIN_DISTINCT: usize = 8;

/// 10 to the power of this many guesses, by zxcvbn's estimate, which ends there (64 bits).
const MIN_GUESSES_LOG10: f64 = 19.0;

/// As many characters as zxcvbn looks at in passwords; its cost grows faster than the length.
const SCORED: usize = 64;

/// Refuses what is no secret.
pub(super) fn check(token: &str) -> Result<(), WeakLocalToken> {
    let length = token.chars().count();
    if length < LocalTokenMint::MIN_LENGTH {
        return Err(WeakLocalToken::TooShort { length });
    }
    if length > LocalTokenMint::MAX_LENGTH {
        return Err(WeakLocalToken::TooLong);
    }
    if !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(WeakLocalToken::NotPlain);
    }
    let letters: String = token.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    if let Some(word) = PLACEHOLDERS.into_iter().find(|word| letters.contains(word)) {
        return Err(WeakLocalToken::Placeholder { word });
    }
    let mut distinct: Vec<u8> = token.bytes().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < MIN_DISTINCT || zxcvbn(&token[..length.min(SCORED)], &[]).guesses_log10() < MIN_GUESSES_LOG10 {
        return Err(WeakLocalToken::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{WeakLocalToken, check};

    // C-139: placeholders are refused, with what to do.
    #[test]
    fn placeholders_are_refused() {
        for bad in [
            "changeme-changeme-changeme-changeme-changeme-changeme",
            "CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME_CHANGE_ME",
            "change-this-token-before-you-go-to-production-please-do",
            "your-token-here-must-be-at-least-fifty-characters-long",
            "your_local_auth_token_of_at_least_fifty_characters_here",
            "<replace-with-a-random-token-of-fifty-characters-or-more>",
            "REPLACE.ME.REPLACE.ME.REPLACE.ME.REPLACE.ME.REPLACE.ME",
            "replace-this-with-the-output-of-openssl-rand-base64-48",
            "this-is-an-example-token-4f1b9c0d-do-not-use-it-anywhere",
            "GUILDHALL_LOCAL_AUTH_TOKEN_GUILDHALL_LOCAL_AUTH_TOKEN",
        ] {
            let error = check(bad).unwrap_err();
            assert!(matches!(error, WeakLocalToken::Placeholder { .. }), "{bad}: {error}");
            assert!(error.to_string().contains("openssl rand"), "{error}");
        }
    }

    #[test]
    fn what_repeats_itself_is_refused() {
        for bad in [
            "x".repeat(60),
            "ab".repeat(30),
            "0123456789".repeat(6),
            "abcdefghij".repeat(5),
            "k9#Qz!".repeat(9),
            "password".repeat(8),
            "0".repeat(49) + "abcdefgh",
            "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz".to_owned(),
            "1234567890123456789012345678901234567890qwertyuiop".to_owned(),
        ] {
            assert_eq!(check(&bad).unwrap_err(), WeakLocalToken::Guessable, "{bad}");
        }
    }

    // C-19: at least 50 characters, counted after trimming.
    #[test]
    fn length_and_characters_are_checked_first() {
        let good = "9b2f61d07ce84a35f1c09d3e76ab58240fd19c7e3b6a85d2417fe0";
        check(good).unwrap();
        assert_eq!(check(&good[..49]).unwrap_err(), WeakLocalToken::TooShort { length: 49 });
        assert_eq!(check("").unwrap_err(), WeakLocalToken::TooShort { length: 0 });
        assert_eq!(check(&good.repeat(10)).unwrap_err(), WeakLocalToken::TooLong);
        for bad in [" ", "\n", "\0", "é", "\u{200b}"] {
            assert_eq!(check(&format!("{good}{bad}{good}")).unwrap_err(), WeakLocalToken::NotPlain, "{bad:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        // Whatever a generator of tokens gives is taken.
        #[test]
        fn random_tokens_are_taken(
            hex in "[0-9a-f]{64}",
            base64 in "[A-Za-z0-9+/]{50}",
            letters in "[a-z]{50}",
            base32 in "[A-Z2-7]{56}",
        ) {
            for token in [hex, base64, letters, base32] {
                check(&token).unwrap();
            }
        }
    }
}
