//! Asks the domain name system whether a domain is an organization's.
//!
//! | port | adapter |
//! |---|---|
//! | `TextRecords` | [`DnsTextRecords`] |
//!
//! # Example
//!
//! ```no_run
//! use guildhall_dns::{DnsSettings, DnsTextRecords};
//! use guildhall_ports::TextRecords;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dns = DnsTextRecords::new(&DnsSettings {
//!     name_server: Some("9.9.9.9:53".parse()?),
//!     ..DnsSettings::default()
//! })?;
//! for record in dns.lookup("_guildhall.example.com").await? {
//!     println!("{record}");
//! }
//! # Ok(()) }
//! ```

mod answer;
mod name_server;
mod settings;
mod text_records;

pub use settings::{DnsSettings, InvalidDns};
pub use text_records::DnsTextRecords;
