//! `Idempotency-Key`: by which a request that is sent again is known (R-IDEM).

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use guildhall_app::IdempotencyKey;
use utoipa::IntoParams;

use crate::kept_answer::IDEMPOTENT_REPLAYED;
use crate::problem::Problem;

/// The header's name.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key that a request carries.
pub(crate) fn key_of(request: &HttpRequest) -> Result<IdempotencyKey, Problem> {
    let refused = |code, detail: &str| Problem::new(StatusCode::BAD_REQUEST, code, detail.to_owned());
    let mut presented = request.headers().get_all(IDEMPOTENCY_KEY);
    let Some(first) = presented.next() else {
        let detail = "this operation needs the header Idempotency-Key, so that sending it again does nothing twice";
        return Err(refused("idempotency_key_required", detail));
    };
    let malformed = |detail: &str| refused("invalid_idempotency_key", &format!("Idempotency-Key {detail}"));
    if presented.any(|other| other != first) {
        return Err(malformed("must be given once"));
    }
    // What is no ASCII is refused as what is not visible.
    let key = IdempotencyKey::parse(first.to_str().unwrap_or_default());
    key.map_err(|invalid| malformed(&invalid.detail))
}

/// Says of an answer whether it was given before.
pub(crate) fn marked(mut response: HttpResponse, is_repeated: bool) -> HttpResponse {
    if is_repeated {
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// What the description says about `Idempotency-Key`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what RequiredKey reads")]
pub(crate) struct IdempotencyKeyParam {
    /// 1 to 255 visible ASCII characters, such as a UUID, chosen anew for each new request: the same request sent again
    /// gets the same answer, with `Idempotent-Replayed: true`, and is not carried out again, for 24 hours at least and
    /// where it is about credits for good; another request is refused (`idempotency_key_reused`).
    #[param(rename = "Idempotency-Key", value_type = String, min_length = 1, max_length = 255,
        example = "0198c1a0-0000-7000-8000-00000000000f")]
    idempotency_key: String,
}
