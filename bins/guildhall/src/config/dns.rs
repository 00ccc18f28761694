use std::net::SocketAddr;
use std::time::Duration;

use guildhall_dns::DnsSettings;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::check_range;

/// The domain name system, asked when a domain is verified (N-13).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DnsConfig {
    /// The name server to ask; the system's where none is given.
    #[serde(deserialize_with = "name_server")]
    pub nameserver: Option<SocketAddr>,
    /// How long one question to one name server may take.
    pub timeout_ms: u64,
    /// How often each name server is asked the same question.
    pub attempts: u8,
    /// How long a lookup may take with all its questions.
    pub deadline_ms: u64,
}

impl Default for DnsConfig {
    fn default() -> Self {
        let DnsSettings { name_server, timeout, attempts, deadline } = DnsSettings::default();
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            nameserver: name_server,
            timeout_ms: milliseconds(timeout),
            attempts,
            deadline_ms: milliseconds(deadline),
        }
    }
}

impl DnsConfig {
    /// The same in the resolver's words.
    pub fn settings(&self) -> DnsSettings {
        DnsSettings {
            name_server: self.nameserver,
            timeout: Duration::from_millis(self.timeout_ms),
            attempts: self.attempts,
            deadline: Duration::from_millis(self.deadline_ms),
        }
    }

    pub(super) fn check(&self, problems: &mut Vec<String>) {
        check_range(problems, "dns.timeout_ms", self.timeout_ms, 1, 60_000);
        check_range(problems, "dns.attempts", self.attempts, 1, 10);
        check_range(problems, "dns.deadline_ms", self.deadline_ms, 1, 60_000);
    }
}

fn name_server<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let refused = |_| D::Error::custom("must be an address and a port, such as 10.0.0.1:53 or [fd00::1]:53");
    Option::<String>::deserialize(deserializer)?.map(|text| text.trim().parse().map_err(refused)).transpose()
}
