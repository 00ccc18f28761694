use std::collections::HashSet;
use std::sync::LazyLock;

use crate::DomainName;

/// The lists in `data/mail_providers`, where their source is named.
const LISTS: [&str; 2] =
    [include_str!("../data/mail_providers/free.txt"), include_str!("../data/mail_providers/more.txt")];

static DOMAINS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| LISTS.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#')).collect());

impl DomainName {
    /// Whether anybody can get an address at this domain, as at `gmail.com`:
    /// no organization can claim it (N-13).
    ///
    /// It is known for the domain itself, not for those below it.
    ///
    /// ```
    /// use guildhall_domain::DomainName;
    /// assert!(DomainName::parse("GMail.com")?.is_public_mail_provider());
    /// assert!(!DomainName::parse("neogenesys.com")?.is_public_mail_provider());
    /// # Ok::<(), guildhall_domain::Invalid>(())
    /// ```
    pub fn is_public_mail_provider(&self) -> bool {
        DOMAINS.contains(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{DOMAINS, LISTS};
    use crate::DomainName;

    fn is_public(domain: &str) -> bool {
        DomainName::parse(domain).unwrap().is_public_mail_provider()
    }

    /// N-13: who has an address there shares it with the world.
    #[test]
    fn domains_of_everybody_are_known() {
        for domain in ["gmail.com", "outlook.com", "yahoo.co.jp", "gmx.de", "qq.com", "proton.me", "icloud.com"] {
            assert!(is_public(domain), "{domain}");
        }
        for domain in ["tuta.com", "HOTMAIL.com", "web.de", "mail.ru", "163.com", "yandex.ru", "duck.com"] {
            assert!(is_public(domain), "{domain}");
        }
    }

    #[test]
    fn domains_of_organizations_are_not() {
        for domain in ["example.com", "neogenesys.com", "google.com", "microsoft.com", "mit.edu", "gov.uk", "gmail.io"]
        {
            assert!(!is_public(domain), "{domain}");
        }
    }

    /// A line that is no domain name, or stands in both lists, is a mistake of whoever edited them.
    #[test]
    fn the_lists_hold_domain_names_each_once() {
        let lines: Vec<&str> = LISTS.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#')).collect();
        for line in &lines {
            assert_eq!(DomainName::parse(line).unwrap().as_str(), *line);
        }
        assert_eq!(lines.len(), DOMAINS.len());
        assert!(lines.len() > 4_000);
    }
}
