//! HEAD: what GET would answer, without the body (RFC 9110, 9.3.2).

use std::convert::Infallible;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BodyStream, BoxBody, MessageBody};
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, HeaderValue};
use actix_web::web::Bytes;
use futures_util::stream::empty;

use crate::state::HttpState;

/// Makes a HEAD request for what is ours and answers to GET a GET request.
/// What others have mounted beside it knows itself what to do.
pub(crate) fn answer_like_get(request: &mut ServiceRequest) {
    if request.method() == Method::HEAD
        && HttpState::of(request.request())
            .is_ok_and(|state| state.known_routes().is_some_and(|known| known.answers_to_get(request.path())))
    {
        request.head_mut().method = Method::GET;
    }
}

/// The same answer without its body, whose length is still announced. A stream is not even begun.
///
/// The server leaves bodies of answers to HEAD out too, but it can mistake
/// which of several requests in one packet it is answering. So the length is
/// written here as a header, beside a body that truly is empty: then the next
/// answer always begins where the client expects it.
pub(crate) fn without_body(response: HttpResponse) -> HttpResponse {
    let size = response.body().size();
    if size == BodySize::None {
        return response;
    }
    let mut response = response.map_body(|_, _| BoxBody::new(BodyStream::new(empty::<Result<Bytes, Infallible>>())));
    if let BodySize::Sized(length) = size {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response.head_mut().no_chunking(true);
    response
}
