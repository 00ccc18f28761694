use std::net::SocketAddr;
use std::time::Duration;

/// Which name servers are asked, and how long they may take.
///
/// ```
/// let settings = guildhall_dns::DnsSettings::default();
/// assert_eq!(settings.name_server, None); // the system's
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsSettings {
    /// The name server that is asked, which must resolve for others. Where none
    /// is given, those of the system, as they are when the server starts
    /// (`/etc/resolv.conf`).
    pub name_server: Option<SocketAddr>,
    /// How long one name server may take for one question.
    pub timeout: Duration,
    /// How often each name server is asked the same question.
    pub attempts: u8,
    /// How long a lookup may take with all its questions.
    pub deadline: Duration,
}

impl Default for DnsSettings {
    /// The system's name servers, twice each, 2 s for a question, 10 s for all.
    fn default() -> Self {
        Self { name_server: None, timeout: Duration::from_secs(2), attempts: 2, deadline: Duration::from_secs(10) }
    }
}

/// Why there can be no [`DnsTextRecords`](crate::DnsTextRecords) with such settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDns {
    /// The system does not say which name servers it asks.
    #[error("the system's name servers are not known ({0}); configure one")]
    System(String),
}
