use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use guildhall_ports::LookupError;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::xfer::{DnsHandle, FirstAnswer};
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{DnsRequestOptions, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, Record, RecordType};
use hickory_resolver::system_conf::read_system_conf;
use hickory_resolver::{NameServerPool, PoolContext, TlsConfig};

use crate::settings::{DnsSettings, InvalidDns};

/// One name server, over UDP, and TCP where an answer does not fit.
///
/// hickory's own resolver stands above this layer. It follows aliases itself,
/// and says "no records" at the end of a circle of them; and it remembers that
/// there was no record, which whoever has just made one does not want to hear.
#[derive(Clone)]
pub(crate) struct NameServer {
    pool: NameServerPool<TokioRuntimeProvider>,
}

/// What a name server said, where it said something of use.
pub(crate) enum Said {
    /// These records.
    Records(Vec<Record>),
    /// These records, and there are no more: the last name does not exist.
    NoSuchName(Vec<Record>),
}

/// As many name servers of the system as the C library asks (`MAXNS`).
const MOST: usize = 3;

impl NameServer {
    /// The name servers that the settings name.
    pub(crate) fn all(settings: &DnsSettings) -> Result<Vec<Self>, InvalidDns> {
        let configs = match settings.name_server {
            Some(address) => vec![at(address)],
            None => read_system_conf().map_err(|error| InvalidDns::System(error.to_string()))?.0.name_servers,
        };
        if configs.is_empty() {
            return Err(InvalidDns::System("there are none".to_owned()));
        }
        configs.into_iter().take(MOST).map(|config| Self::new(config, settings.timeout)).collect()
    }

    fn new(config: NameServerConfig, timeout: Duration) -> Result<Self, InvalidDns> {
        let mut options = ResolverOpts::default();
        options.timeout = timeout;
        options.use_hosts_file = ResolveHosts::Never;
        // Makes answers harder to forge: they must repeat the case of the question's letters.
        options.case_randomization = true;
        let tls = TlsConfig::new().map_err(|error| InvalidDns::System(error.to_string()))?;
        let context = Arc::new(PoolContext::new(options, tls));
        Ok(Self { pool: NameServerPool::from_config([config], context, TokioRuntimeProvider::default()) })
    }

    /// Asks for the text records of one name, once.
    pub(crate) async fn ask(&self, name: &Name) -> Result<Said, LookupError> {
        let mut options = DnsRequestOptions::default();
        options.use_edns = true;
        options.recursion_desired = true;
        let query = Query::query(name.clone(), RecordType::TXT);
        match self.pool.lookup(query, options).first_answer().await {
            Ok(response) => match response.response_code {
                ResponseCode::NoError => Ok(Said::Records(response.into_message().answers)),
                ResponseCode::NXDomain => Ok(Said::NoSuchName(response.into_message().answers)),
                code => Err(unavailable(code)),
            },
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) => match none.response_code {
                ResponseCode::NXDomain => Ok(Said::NoSuchName(Vec::new())),
                // Only where to ask: this server does not resolve for others.
                ResponseCode::NoError if none.ns.is_some() && none.soa.is_none() => Err(unavailable("a referral")),
                ResponseCode::NoError => Ok(Said::Records(Vec::new())),
                code => Err(unavailable(code)),
            },
            Err(NetError::Dns(DnsError::ResponseCode(code))) => Err(unavailable(code)),
            Err(NetError::Timeout) => Err(unavailable("no answer in time")),
            Err(error) => Err(unavailable(error)),
        }
    }
}

fn at(address: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.to_vec())
}

pub(crate) fn unavailable(why: impl ToString) -> LookupError {
    LookupError::Unavailable(why.to_string())
}
