use std::sync::Arc;

use async_trait::async_trait;
use guildhall_dns::DnsTextRecords;
use guildhall_ports::{LookupError, TextRecords};

use crate::config::Config;

/// What a server asks for text records. One on a machine without name servers
/// works too, but verifies no domains.
pub(super) fn text_records(config: &Config) -> Arc<dyn TextRecords> {
    match DnsTextRecords::new(&config.dns.settings()) {
        Ok(records) => Arc::new(records),
        Err(error) => {
            tracing::warn!(%error, "domains cannot be verified; name a name server in `dns.nameserver`");
            Arc::new(NoNameServer("no name server is configured"))
        }
    }
}

/// Verifies nothing, and says why.
pub(super) struct NoNameServer(pub &'static str);

#[async_trait]
impl TextRecords for NoNameServer {
    async fn lookup(&self, _: &str) -> Result<Vec<String>, LookupError> {
        Err(LookupError::Unavailable(self.0.to_owned()))
    }
}
