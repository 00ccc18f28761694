//! The adapter against a real name server on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../../../../tests/support/dns_server.rs"]
mod dns_server;

mod answers;
mod faults;

use std::time::Duration;

use dns_server::DnsServer;
use guildhall_dns::{DnsSettings, DnsTextRecords};

const NAME: &str = "_guildhall.example.com";

fn client(server: &DnsServer) -> DnsTextRecords {
    DnsTextRecords::new(&settings(server)).unwrap()
}

fn settings(server: &DnsServer) -> DnsSettings {
    DnsSettings {
        name_server: Some(server.address()),
        timeout: Duration::from_secs(5),
        deadline: Duration::from_secs(20),
        ..DnsSettings::default()
    }
}
