use actix_web::http::Uri;

use super::Config;

impl Config {
    /// Where people reach this server, without a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            // Everywhere is nowhere in particular.
            None if self.listen.ip().is_unspecified() => format!("http://localhost:{}", self.listen.port()),
            None => format!("http://{}", self.listen),
        }
    }
}

pub(super) fn check(config: &Config, problems: &mut Vec<String>) {
    if config.public_url.as_deref().is_some_and(|url| !is_address_of_pages(url)) {
        problems.push(
            "`public_url` must be an address such as https://guildhall.example.com, without `?`, `#` or a password"
                .to_owned(),
        );
    }
}

/// Scheme, host, perhaps a port and a path.
fn is_address_of_pages(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let named = uri.authority().is_some_and(|it| !it.host().is_empty() && !it.as_str().contains('@'));
    named && matches!(uri.scheme_str(), Some("http" | "https")) && !url.contains(['?', '#', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::is_address_of_pages;
    use crate::config::Config;

    #[test]
    fn links_lead_to_where_it_listens_or_is_said_to() {
        let url = |listen: &str, public_url: Option<&str>| {
            let public_url = public_url.map(str::to_owned);
            Config { listen: listen.parse().unwrap(), public_url, ..Config::default() }.public_url()
        };
        assert_eq!(url("127.0.0.1:8080", None), "http://127.0.0.1:8080");
        assert_eq!(url("[::1]:80", None), "http://[::1]:80");
        assert_eq!(url("0.0.0.0:8080", None), "http://localhost:8080");
        assert_eq!(url("0.0.0.0:80", Some("https://example.com/guildhall/")), "https://example.com/guildhall");
    }

    #[test]
    fn an_address_of_pages_has_a_scheme_and_a_host() {
        for good in ["https://example.com", "http://localhost:8080/", "https://example.com/a/b", "http://[::1]:80"] {
            assert!(is_address_of_pages(good), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https://u:p@example.com",
            "https://example.com/?a=b",
            "https://example.com/#a",
            "https://example.com/{a}",
            "https://example.com/a b",
            "/a",
        ] {
            assert!(!is_address_of_pages(bad), "{bad}");
        }
    }
}
