//! The password of an account that is made on the command line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

use anyhow::{Context, bail};
use guildhall_ports::SecretString;
use guildhall_security::random_secret;

/// A new account's password.
pub enum NewPassword {
    /// From a file or from standard input.
    Given(SecretString),
    /// Made here; to be shown once.
    Generated(SecretString),
}

impl NewPassword {
    /// Reads the first line of the file, else of standard input; at a terminal
    /// makes one, because what is typed there would be seen.
    ///
    /// # Errors
    /// Where there is nothing to read.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        match file {
            Some(file) => {
                let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
                first_line(opened).with_context(|| format!("cannot use {}", file.display())).map(Self::Given)
            }
            None if io::stdin().is_terminal() => Ok(Self::Generated(random_secret()?)),
            None => first_line(io::stdin().lock()).context("cannot use standard input").map(Self::Given),
        }
    }

    /// The password itself.
    pub fn secret(&self) -> &SecretString {
        match self {
            Self::Given(secret) | Self::Generated(secret) => secret,
        }
    }
}

/// A line without its end, and nothing else taken away: spaces are part of a password.
fn first_line(source: impl Read) -> anyhow::Result<SecretString> {
    const LONGEST: u64 = 4_096;
    let mut line = String::new();
    BufReader::new(source.take(LONGEST)).read_line(&mut line).context("it is not readable as text")?;
    let password = line.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        bail!("there is no password: write it into the first line of a file and name that with --password-file");
    }
    Ok(SecretString::from(password))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use guildhall_ports::ExposeSecret;

    use super::{NewPassword, first_line};

    #[test]
    fn a_password_is_the_first_line_with_its_spaces() {
        assert_eq!(first_line(b" a b \r\nsecond\n".as_slice()).unwrap().expose_secret(), " a b ");
        assert_eq!(first_line("höher".as_bytes()).unwrap().expose_secret(), "höher");
        for bad in [b"".as_slice(), b"\n", b"\xff\xfe"] {
            assert!(first_line(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let refused = NewPassword::read(Some(Path::new("/nowhere/password"))).err().unwrap();
        assert!(refused.to_string().contains("/nowhere/password"));
    }
}
