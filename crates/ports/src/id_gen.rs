use uuid::Uuid;

/// Makes identifiers: UUIDv7, never reused, in rising order within a process.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait IdGen: Send + Sync {
    /// A new identifier.
    fn next(&self) -> Uuid;
}
