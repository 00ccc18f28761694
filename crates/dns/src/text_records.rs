use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use guildhall_ports::{LookupError, TextRecords};
use hickory_resolver::proto::rr::Name;
use tokio::time::timeout;

use crate::answer::{alias_of, texts_of};
use crate::name_server::{NameServer, Said, unavailable};
use crate::settings::{DnsSettings, InvalidDns};

/// Asks name servers for text records, and remembers no answer: whoever has
/// just made a record wants it seen.
///
/// - A name that does not exist, or has no text records, gives an empty list.
/// - A failure (SERVFAIL, REFUSED), silence, and a circle of aliases are errors.
///   Other name servers are asked before, and each a second time.
/// - Up to [`MAX_ALIASES`](Self::MAX_ALIASES) aliases (CNAME) in a row are followed.
/// - Names are asked for as they are: never with a domain of this machine behind them.
/// - Records of more than 1,024 bytes are left out, and all after the first 64.
pub struct DnsTextRecords {
    servers: Vec<NameServer>,
    attempts: u8,
    deadline: Duration,
}

impl DnsTextRecords {
    /// How many aliases in a row are followed.
    pub const MAX_ALIASES: usize = 8;

    /// Asks the name servers that the settings name.
    ///
    /// # Errors
    /// [`InvalidDns`] where the system's are to be asked, and there are none.
    pub fn new(settings: &DnsSettings) -> Result<Self, InvalidDns> {
        Ok(Self {
            servers: NameServer::all(settings)?,
            attempts: settings.attempts.max(1),
            deadline: settings.deadline,
        })
    }

    /// Asks one name server after the other until one has an answer.
    async fn ask(&self, name: &Name) -> Result<Said, LookupError> {
        let mut last = unavailable("no name server");
        for _ in 0..self.attempts {
            for server in &self.servers {
                match server.ask(name).await {
                    Ok(said) => return Ok(said),
                    Err(error) => last = error,
                }
            }
        }
        Err(last)
    }

    /// Follows aliases to text records.
    async fn follow(&self, mut name: Name) -> Result<Vec<String>, LookupError> {
        let mut aliases = 0;
        loop {
            let said = self.ask(&name).await?;
            let (Said::Records(records) | Said::NoSuchName(records)) = &said;
            let asked = name.clone();
            // A server that resolves for others mostly sends the whole way at once.
            while let Some(target) = alias_of(&name, records) {
                aliases += 1;
                if aliases > Self::MAX_ALIASES {
                    return Err(unavailable("the name's aliases go in a circle, or there are too many"));
                }
                name = target;
            }
            let texts = texts_of(&name, records);
            if !texts.is_empty() || name == asked || matches!(said, Said::NoSuchName(_)) {
                return Ok(texts);
            }
        }
    }
}

#[async_trait]
impl TextRecords for DnsTextRecords {
    async fn lookup(&self, name: &str) -> Result<Vec<String>, LookupError> {
        // What cannot be a name has no records.
        let Ok(mut name) = Name::from_utf8(name) else { return Ok(Vec::new()) };
        name.set_fqdn(true);
        if name.is_root() {
            return Ok(Vec::new());
        }
        let found = timeout(self.deadline, self.follow(name)).await;
        found.unwrap_or_else(|_| Err(unavailable(format!("no answer within {:?}", self.deadline))))
    }
}

impl fmt::Debug for DnsTextRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DnsTextRecords")
            .field("servers", &self.servers.len())
            .field("attempts", &self.attempts)
            .field("deadline", &self.deadline)
            .finish()
    }
}
