/// The text on one line of at most `max` characters: no line break, no control
/// character. What a header's value is made of, since a line break in it would
/// begin another header (ASVS 1.3.11).
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let plain = text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    // A name that looks like an encoded word (RFC 2047, 2) would be decoded into anything by its readers.
    let plain = plain.replace("=?", "= ?");
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(max) {
        None => line,
        Some(_) => line.chars().take(max.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn encoded_words_are_not_decoded() {
        assert_eq!(one_line("=?utf-8?q?x=E2=80=AEy?=", 100), "= ?utf-8?q?x=E2=80=AEy?=");
    }

    // ASVS 1.3.11
    #[test]
    fn line_breaks_and_control_characters_become_spaces() {
        assert_eq!(one_line("Acme\r\nBcc: eve@example.com", 99), "Acme Bcc: eve@example.com");
        assert_eq!(one_line(" a\tb\0c\u{85}d\u{2028}e\u{7f} ", 99), "a b c d e");
        assert_eq!(one_line("", 99), "");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(one_line("äöü", 3), "äöü");
        assert_eq!(one_line("äöüß", 3), "äö…");
    }
}
