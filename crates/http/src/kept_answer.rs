//! An answer as it is kept, to be given again (R-IDEM).

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use actix_web::web::Bytes;
use serde::{Deserialize, Serialize};

/// Says of an answer that it was given before.
pub(crate) const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The largest body that is kept.
const MAX_BODY: usize = 256 << 10;

/// The headers that are part of an answer; the others are made anew for each.
const HEADERS: [HeaderName; 3] = [LOCATION, ETAG, CONTENT_TYPE];

/// What an operation answered, whenever that was.
///
/// Written as a line of JSON with the head, and then the body as it is.
#[derive(Clone)]
pub(crate) struct KeptAnswer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl KeptAnswer {
    /// Copies an answer, which stays as it is. None of one that is too large,
    /// or streamed, or that failed.
    pub(crate) fn copy(response: HttpResponse) -> (HttpResponse, Option<Self>) {
        let status = response.status();
        if !status.is_success() || !is_small(response.body().size()) {
            return (response, None);
        }
        let (response, body) = response.into_parts();
        if body.size() == BodySize::None {
            let answer = Self { status, headers: kept_headers(&response), body: Bytes::new() };
            return (response.set_body(body), Some(answer));
        }
        match body.try_into_bytes() {
            Ok(body) => {
                let answer = Self { status, headers: kept_headers(&response), body: body.clone() };
                (response.set_body(BoxBody::new(body)), Some(answer))
            }
            Err(body) => (response.set_body(body), None),
        }
    }

    pub(crate) fn written(&self) -> Vec<u8> {
        let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
        let headers = self.headers.iter().filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
        let head = Head { status: self.status.as_u16(), headers: headers.collect() };
        // Numbers and texts always serialize, on one line.
        let mut written = serde_json::to_vec(&head).unwrap_or_default();
        written.push(b'\n');
        written.extend_from_slice(&self.body);
        written
    }

    /// None of what is not [`written`](Self::written) so.
    pub(crate) fn read(written: &[u8]) -> Option<Self> {
        let end = written.iter().position(|byte| *byte == b'\n')?;
        let (head, body) = written.split_at(end);
        let head: Head = serde_json::from_slice(head).ok()?;
        let status = StatusCode::from_u16(head.status).ok().filter(StatusCode::is_success)?;
        let header = |(name, value): (String, String)| Some((name.parse().ok()?, value.parse().ok()?));
        let headers = head.headers.into_iter().map(header).collect::<Option<_>>()?;
        Some(Self { status, headers, body: Bytes::copy_from_slice(body.get(1..)?) })
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The same answer, which says that it was given before.
    pub(crate) fn again(&self) -> HttpResponse {
        let mut response = HttpResponse::with_body(self.status, BoxBody::new(self.body.clone()));
        let headers = response.headers_mut();
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        response
    }
}

fn is_small(size: BodySize) -> bool {
    match size {
        BodySize::None => true,
        BodySize::Sized(length) => usize::try_from(length).is_ok_and(|length| length <= MAX_BODY),
        BodySize::Stream => false,
    }
}

fn kept_headers<B>(response: &HttpResponse<B>) -> Vec<(HeaderName, HeaderValue)> {
    let present = |name| response.headers().get(&name).map(|value| (name, value.clone()));
    HEADERS.into_iter().filter_map(present).collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use actix_web::body::BodyStream;
    use futures_util::stream::once;

    use super::*;

    fn bytes_of(response: HttpResponse) -> Bytes {
        response.into_body().try_into_bytes().unwrap_or_else(|_| panic!("a stream"))
    }

    // R-IDEM-1
    #[test]
    fn an_answer_is_given_again_as_it_was() {
        let body = "{\"name\":\"Zwei\\nZeilen 🦀\"}\n";
        let first = HttpResponse::Created()
            .insert_header((LOCATION, "/api/v1/things/1"))
            .insert_header((ETAG, "\"a\""))
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header(("x-other", "left out"))
            .body(body);
        let (first, kept) = KeptAnswer::copy(first);
        let again = KeptAnswer::read(&kept.unwrap().written()).unwrap().again();
        assert_eq!(again.status(), first.status());
        for name in HEADERS {
            assert_eq!(again.headers().get(&name), first.headers().get(&name), "{name}");
        }
        assert_eq!(again.headers().get(IDEMPOTENT_REPLAYED).unwrap(), "true");
        assert_eq!(again.headers().len(), 4);
        assert_eq!(bytes_of(again), body);
        assert_eq!(bytes_of(first), body);
    }

    #[test]
    fn answers_without_a_body_have_none_again() {
        let (first, kept) = KeptAnswer::copy(HttpResponse::NoContent().finish());
        let again = KeptAnswer::read(&kept.unwrap().written()).unwrap().again();
        assert_eq!((again.status(), again.body().size()), (StatusCode::NO_CONTENT, first.body().size()));
    }

    #[test]
    fn what_is_large_streamed_or_an_error_is_not_kept() {
        let largest = vec![b'x'; MAX_BODY];
        assert!(KeptAnswer::copy(HttpResponse::Ok().body(largest.clone())).1.is_some());
        let (answer, kept) = KeptAnswer::copy(HttpResponse::Ok().body([&largest[..], b"x"].concat()));
        assert!(kept.is_none() && bytes_of(answer).len() == MAX_BODY + 1);
        let stream = once(async { Ok::<_, Infallible>(Bytes::from_static(b"{}")) });
        let streamed = HttpResponse::Ok().body(BodyStream::new(Box::pin(stream)));
        assert!(KeptAnswer::copy(streamed).1.is_none());
        for error in [HttpResponse::Conflict().finish(), HttpResponse::InternalServerError().finish()] {
            assert!(KeptAnswer::copy(error).1.is_none());
        }
    }

    #[test]
    fn nothing_else_is_read() {
        let written = [
            "",
            "\n",
            "{}\n",
            "{\"status\":200,\"headers\":[]}",
            "{\"status\":500,\"headers\":[]}\n",
            "{\"status\":7,\"headers\":[]}\n",
            "{\"status\":200,\"headers\":[[\"no header\",\"x\"]]}\n",
        ];
        for written in written {
            assert!(KeptAnswer::read(written.as_bytes()).is_none(), "{written}");
        }
    }
}
