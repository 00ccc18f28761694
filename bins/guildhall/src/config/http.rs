use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use actix_web::http::Uri;
use guildhall_http::{HttpSettings, TrustedProxies};
use serde::{Deserialize, Serialize};

use super::check_range;

/// The HTTP server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Worker threads; one for each core where none is given.
    pub workers: Option<NonZeroUsize>,
    /// Origins whose pages may call the API from a browser; none by default.
    pub cors_origins: Vec<String>,
    /// Addresses of the proxies whose `X-Forwarded-For` is believed
    /// (R-LOGIN-5); `*` alone where nothing but the proxy reaches the server.
    pub trusted_proxies: Vec<String>,
    /// The largest body of a request.
    pub body_limit_bytes: usize,
    /// How long a request may take before it is given up and answered with 503.
    pub request_timeout_seconds: u64,
    /// How long requests in flight may take to finish when the server is stopped.
    pub shutdown_timeout_seconds: u64,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            workers: None,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            body_limit_bytes: 1 << 20,
            request_timeout_seconds: 15,
            shutdown_timeout_seconds: 30,
        }
    }
}

impl HttpConfig {
    /// The same in the HTTP interface's words.
    pub fn settings(&self) -> HttpSettings {
        HttpSettings {
            cors_origins: self.cors_origins.clone(),
            trusted_proxies: self.proxies().unwrap_or_default(),
            body_limit: self.body_limit_bytes,
            request_timeout: Duration::from_secs(self.request_timeout_seconds),
        }
    }

    /// None where an entry is no address.
    fn proxies(&self) -> Option<TrustedProxies> {
        match self.trusted_proxies.as_slice() {
            [] => Some(TrustedProxies::Nobody),
            [all] if all == "*" => Some(TrustedProxies::Everybody),
            peers => {
                let peers: Result<Vec<IpAddr>, _> = peers.iter().map(|peer| peer.trim().parse()).collect();
                peers.ok().map(TrustedProxies::Peers)
            }
        }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        check_range(problems, "http.workers", self.workers.map_or(1, NonZeroUsize::get), 1, 1_024);
        check_range(problems, "http.body_limit_bytes", self.body_limit_bytes, 1_024, 64 << 20);
        check_range(problems, "http.request_timeout_seconds", self.request_timeout_seconds, 1, 3_600);
        check_range(problems, "http.shutdown_timeout_seconds", self.shutdown_timeout_seconds, 0, 3_600);
        if self.proxies().is_none() {
            problems.push("`http.trusted_proxies` must hold addresses such as 10.0.0.1, or * alone".to_owned());
        }
        for origin in self.cors_origins.iter().filter(|origin| !is_origin(origin)) {
            problems.push(format!(
                "`http.cors_origins` has {origin:?}: write scheme and host (and port), such as https://app.example.com"
            ));
        }
    }
}

/// Scheme, host and port as a browser sends them, and nothing else.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme @ ("http" | "https")), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return false;
    };
    !authority.host().is_empty() && text == format!("{scheme}://{authority}") && !authority.as_str().contains('@')
}

#[cfg(test)]
mod tests {
    use guildhall_http::{HttpSettings, TrustedProxies};

    use super::{HttpConfig, is_origin};

    // R-LOGIN-5
    #[test]
    fn proxies_are_addresses_or_everybody() {
        let read = |entries: &[&str]| {
            let trusted_proxies = entries.iter().map(|&entry| entry.to_owned()).collect();
            HttpConfig { trusted_proxies, ..HttpConfig::default() }.proxies()
        };
        assert_eq!(read(&[]), Some(TrustedProxies::Nobody));
        assert_eq!(read(&["*"]), Some(TrustedProxies::Everybody));
        let peers = vec!["10.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
        assert_eq!(read(&["10.0.0.1", "::1"]), Some(TrustedProxies::Peers(peers)));
        for bad in [["*", "10.0.0.1"], ["10.0.0.1", "10.0.0.0/8"], ["10.0.0.1", "proxy"]] {
            assert_eq!(read(&bad), None, "{bad:?}");
        }
    }

    #[test]
    fn requests_have_a_time_limit() {
        assert_eq!(HttpConfig::default().settings().request_timeout, HttpSettings::default().request_timeout);
        for (request_timeout_seconds, faults) in [(0, 1), (1, 0), (3_600, 0), (3_601, 1)] {
            let config = HttpConfig { request_timeout_seconds, ..HttpConfig::default() };
            let mut problems = Vec::new();
            config.check(&mut problems);
            assert_eq!(problems.len(), faults, "{request_timeout_seconds}: {problems:?}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for good in ["https://app.example.com", "http://localhost:3000", "http://[::1]:3000"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in
            ["*", "", "app.example.com", "https://app.example.com/", "ftp://a.b", "https://a@b", "https://", "null"]
        {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
