use crate::store::IdempotentRequest;

/// Keeps the answers of requests, which may hold tokens, from those who read storage.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait AnswerSealer: Send + Sync {
    /// Seals an answer for storage, as a text, bound to the request that it is for.
    fn seal(&self, answer: &[u8], request: &IdempotentRequest) -> String;

    /// Opens an answer from storage; none where it was sealed with another key,
    /// for another request, or changed.
    fn open(&self, sealed: &str, request: &IdempotentRequest) -> Option<Vec<u8>>;
}
