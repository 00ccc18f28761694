use async_trait::async_trait;

/// Why a domain's records are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// No answer in time, or no sensible one: ask again later.
    #[error("the domain name system does not answer: {0}")]
    Unavailable(String),
}

/// Asks the domain name system for text records (RFC 1035, 3.3.14).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TextRecords: Send + Sync {
    /// The TXT records of `name`, each as one text. None at all, or no such
    /// name, is an empty list and no error.
    async fn lookup(&self, name: &str) -> Result<Vec<String>, LookupError>;
}
