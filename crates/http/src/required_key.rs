use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use guildhall_app::IdempotencyKey;

use crate::idempotency::key_of;
use crate::problem::Problem;
use crate::repeatable_offer::Offer;

/// The key of a request that must have one.
pub(crate) struct RequiredKey(pub(crate) IdempotencyKey);

impl FromRequest for RequiredKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // What has a key of its own is not known by the general one.
        Offer::withdraw(request);
        ready(key_of(request).map(Self))
    }
}
