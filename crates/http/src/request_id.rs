use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The header that carries it, in requests and answers.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a client.
const MAX: usize = 128;

/// The id that answers, log lines and audit events of one request share.
///
/// Kept as a header value, whose clones share one buffer.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The client's own id where it is 1 to 128 visible ASCII characters, else a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get(REQUEST_ID) {
            Some(id) if is_acceptable(id.as_bytes()) => Self(id.clone()),
            _ => Self::random(),
        }
    }

    fn random() -> Self {
        let id = Uuid::new_v4();
        let mut text = [0; Hyphenated::LENGTH];
        let text: &str = id.hyphenated().encode_lower(&mut text);
        // Hexadecimal digits and hyphens are always a header value.
        let value = HeaderValue::from_maybe_shared(Bytes::copy_from_slice(text.as_bytes()));
        Self(value.unwrap_or_else(|_| HeaderValue::from_static("-")))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn is_acceptable(id: &[u8]) -> bool {
    (1..=MAX).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}
