/// Seals the position of a page for its way to the client and back, so that it
/// cannot be forged or used by somebody else or for another list (R-TEN-3).
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait CursorSealer: Send + Sync {
    /// An opaque, URL-safe text for `position`, good only for the same `scope`.
    fn seal(&self, scope: &str, position: &[u8]) -> String;

    /// The position of a cursor; none where it was not sealed here for `scope`.
    fn open(&self, scope: &str, cursor: &str) -> Option<Vec<u8>>;
}
