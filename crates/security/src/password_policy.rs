use std::fmt::Write;

use guildhall_domain::Invalid;
use guildhall_ports::{ExposeSecret, PasswordPolicy, SecretString};
use zxcvbn::zxcvbn;

/// What [`StrengthPolicy`] asks of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordLimits {
    /// The shortest password, in characters (ASVS 6.2.1).
    pub min_length: usize,
    /// The longest password, in characters (ASVS 6.2.9).
    pub max_length: usize,
    /// The least score of zxcvbn, 0 to 4: 2 is about 10⁶ guesses and more.
    pub min_score: u8,
}

impl Default for PasswordLimits {
    fn default() -> Self {
        Self { min_length: 12, max_length: 128, min_score: 2 }
    }
}

/// Length, and the number of guesses that zxcvbn estimates; no rules about
/// kinds of characters (ASVS 6.2.5).
///
/// zxcvbn knows the most common passwords, words, names, keyboard walks, dates
/// and repetitions; the context's words count as known too (ASVS 6.2.11).
///
/// ```
/// use guildhall_ports::{PasswordPolicy, SecretString};
/// use guildhall_security::{PasswordLimits, StrengthPolicy};
///
/// let policy = StrengthPolicy::new(PasswordLimits::default());
/// let context = ["alice@example.com".to_owned(), "Example Tools".to_owned()];
/// assert!(policy.check(&SecretString::from("correct horse battery"), &context).is_ok());
///
/// let refused = policy.check(&SecretString::from("example-tools"), &context).unwrap_err();
/// assert_eq!(refused.code, "too_weak");
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct StrengthPolicy {
    limits: PasswordLimits,
}

impl StrengthPolicy {
    /// The most characters that zxcvbn looks at. Its cost grows faster than
    /// the length (15 ms at 100), and it runs where requests are answered; a
    /// password with a good beginning does not get worse behind it.
    const SCORED: usize = 64;
    /// The most words of the context that are used, and the most characters of each.
    const WORDS: usize = 32;
    const WORD_LENGTH: usize = 64;

    /// A policy with these limits.
    pub fn new(limits: PasswordLimits) -> Self {
        Self { limits }
    }

    /// Reads zxcvbn's word lists, which the first check otherwise waits for:
    /// a third of a second. To be called from a blocking thread.
    pub fn warm_up() {
        let _ = zxcvbn("warm up", &[]);
    }
}

impl PasswordPolicy for StrengthPolicy {
    fn check(&self, password: &SecretString, context: &[String]) -> Result<(), Invalid> {
        let password = password.expose_secret();
        let PasswordLimits { min_length, max_length, min_score } = self.limits;
        // One more than the maximum is enough to know; a megabyte is not walked through.
        let length = password.chars().take(max_length.saturating_add(1)).count();
        if length < min_length {
            return Err(Invalid::new("too_short", format!("must have at least {min_length} characters")));
        }
        if length > max_length {
            return Err(Invalid::new("too_long", format!("must have at most {max_length} characters")));
        }
        let words = words(context);
        if is_made_of(password, &words) {
            let detail = "must not be made of your name, your e-mail address or your organization's name";
            return Err(Invalid::new("too_weak", detail));
        }
        let scored: String = password.chars().take(Self::SCORED).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let entropy = zxcvbn(&scored, &words);
        if u8::from(entropy.score()) >= min_score {
            return Ok(());
        }
        let mut detail = String::from("is too easy to guess.");
        if let Some(feedback) = entropy.feedback() {
            if let Some(warning) = feedback.warning() {
                let _ = write!(detail, " {warning}");
            }
            for suggestion in feedback.suggestions() {
                let _ = write!(detail, " {suggestion}");
            }
        }
        Err(Invalid::new("too_weak", detail))
    }
}

/// The context as written, and each word of it.
fn words(context: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for text in context {
        let text = text.trim();
        let parts = text.split(|c: char| !c.is_alphanumeric()).chain([text]);
        // Shorter ones would match by chance all over a password.
        for part in parts.filter(|part| part.chars().count() >= 3) {
            if words.len() < StrengthPolicy::WORDS {
                words.push(part.chars().take(StrengthPolicy::WORD_LENGTH).collect());
            }
        }
    }
    words
}

/// Whether next to nothing is left of `password` without the words: zxcvbn
/// takes two such words side by side for many guesses (ASVS 6.2.11).
fn is_made_of(password: &str, words: &[String]) -> bool {
    const NEXT_TO_NOTHING: usize = 5;
    let mut words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    // The longest first: `neogenesys` before `neo`.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let left = words.iter().fold(password.to_lowercase(), |left, word| left.replace(word.as_str(), " "));
    !words.is_empty() && left.chars().filter(|c| c.is_alphanumeric()).take(NEXT_TO_NOTHING).count() < NEXT_TO_NOTHING
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use guildhall_ports::{PasswordPolicy, SecretString};
    use proptest::prelude::{any, proptest};

    use super::{PasswordLimits, StrengthPolicy};

    fn check(password: &str, context: &[&str]) -> Result<(), &'static str> {
        let context: Vec<String> = context.iter().map(|&word| word.to_owned()).collect();
        StrengthPolicy::default().check(&SecretString::from(password), &context).map_err(|refused| refused.code)
    }

    // ASVS 6.2.1, 6.2.9
    #[test]
    fn length_counts_characters() {
        assert_eq!(check("x7#Kq9!bT2m", &[]), Err("too_short"));
        assert_eq!(check("x7#Kq9!bT2mé", &[]), Ok(()));
        let long: String = "correct horse battery staple ".chars().cycle().take(129).collect();
        assert_eq!(check(&long, &[]), Err("too_long"));
        assert_eq!(check(&"ж".repeat(1 << 20), &[]), Err("too_long"));
        assert_eq!(check("", &[]), Err("too_short"));
    }

    // N-01: the document's example.
    #[test]
    fn the_documented_example_is_accepted() {
        assert_eq!(check("secure_password", &["user@neogenesys.com", "John Doe", "Neogenesys"]), Ok(()));
    }

    #[test]
    fn phrases_and_random_texts_are_accepted() {
        for good in ["correct horse battery", "kT9$wq2Lm!xZ", "пароль надёжный очень", "a lovely day for skating"]
        {
            assert_eq!(check(good, &[]), Ok(()), "{good}");
        }
    }

    // ASVS 6.2.4
    #[test]
    fn common_passwords_are_refused() {
        for common in [
            "123456789012",
            "1234567890123",
            "password1234",
            "Password1234",
            "passwordpassword",
            "qwertyuiop12",
            "qwertyuiopas",
            "1q2w3e4r5t6y",
            "abcdefghijkl",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "111111111111",
            "unbelievable",
            "administrator",
            "iloveyou1234",
            "123123123123",
            "P@ssw0rd1234",
            "qwerty123456",
            "000000000000",
            "1qaz2wsx3edc",
        ] {
            assert_eq!(check(common, &[]), Err("too_weak"), "{common}");
        }
    }

    // ASVS 6.2.11
    #[test]
    fn the_context_is_not_a_password() {
        let context = ["wilhelmina@neogenesys.com", "Wilhelmina Featherstonehaugh", "Neogenesys Consulting"];
        for bad in [
            "wilhelmina@neogenesys.com",
            "Featherstonehaugh",
            "neogenesys-consulting",
            "wilhelmina1234",
            "neogenesys2024",
            "Wilhelmina!Neogenesys!!1",
        ] {
            assert_eq!(check(bad, &context), Err("too_weak"), "{bad}");
        }
        assert_eq!(check("neogenesys rides purple bicycles", &context), Ok(()));
    }

    #[test]
    fn a_refusal_gives_advice_and_not_the_password() {
        let refused = StrengthPolicy::default().check(&SecretString::from("qwertyuiop12"), &[]).unwrap_err();
        assert!(refused.detail.starts_with("is too easy to guess. "), "{}", refused.detail);
        assert!(refused.detail.len() > 40 && !refused.detail.contains("qwerty"), "{}", refused.detail);
    }

    #[test]
    fn limits_can_be_configured() {
        let lax = StrengthPolicy::new(PasswordLimits { min_length: 4, max_length: 6, min_score: 0 });
        assert!(lax.check(&SecretString::from("1234"), &[]).is_ok());
        assert_eq!(lax.check(&SecretString::from("1234567"), &[]).unwrap_err().code, "too_long");
        let strict = StrengthPolicy::new(PasswordLimits { min_score: 4, ..PasswordLimits::default() });
        assert_eq!(strict.check(&SecretString::from("secure_password"), &[]).unwrap_err().code, "too_weak");
    }

    // ASVS 15.1.3: the check is bounded, whatever is sent.
    #[test]
    fn the_worst_password_is_checked_in_bounded_time() {
        let _ = check("warm up the word lists", &[]);
        let context: Vec<String> = (0..1_000).map(|i| format!("word{i} ").repeat(50)).collect();
        for worst in ["a", "ab", "aB", "1", "@4", "4@8({6", "password", "qwerty", "2024-01-01", "abcabd", "l1|!i"] {
            let password: String = worst.chars().cycle().take(128).collect();
            let begun = Instant::now();
            let _ = StrengthPolicy::default().check(&SecretString::from(password), &context);
            let elapsed = begun.elapsed();
            assert!(elapsed < Duration::from_secs(1), "{worst}: {elapsed:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(password in any::<String>(), word in any::<String>()) {
            let anything = StrengthPolicy::new(PasswordLimits { min_length: 0, ..PasswordLimits::default() });
            let _ = anything.check(&SecretString::from(password), &[word]);
        }

        // Characters whose lower case is longer, and right-to-left text.
        #[test]
        fn no_alphabet_makes_it_panic(password in "[İẞßıſKÅﬁǅἈ@a1ا😀0-9]{0,40}") {
            let anything = StrengthPolicy::new(PasswordLimits { min_length: 0, ..PasswordLimits::default() });
            let _ = anything.check(&SecretString::from(password.clone()), &[password]);
        }
    }
}
