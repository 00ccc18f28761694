//! What a request with an `Idempotency-Key` was answered is kept, and given again (R-IDEM).

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::Method;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, rt};
use futures_util::StreamExt;
use futures_util::future::Either;
use futures_util::stream::iter;
use guildhall_app::AppError;

use crate::body::{check_announced_length, too_large, unreadable};
use crate::credential::Credential;
use crate::idempotency::IDEMPOTENCY_KEY;
use crate::kept_answer::KeptAnswer;
use crate::problem::Problem;
use crate::repeatable_offer::Offer;
use crate::request_context::note_route;
use crate::state::HttpState;

/// The middleware around the API. A request without the header costs no more
/// than to look for it.
///
/// The request is only offered to be known again: who asks takes the offer up.
/// That an answer was given before is found where the request would be carried
/// out, and comes back as an error (`AppError::AnsweredBefore`).
pub(crate) struct RememberAnswers;

impl<S> Transform<S, ServiceRequest> for RememberAnswers
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Remembering<S>;
    type InitError = ();
    type Future = Ready<Result<Remembering<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Remembering { service: Rc::new(service) }))
    }
}

pub(crate) struct Remembering<S> {
    service: Rc<S>,
}

type Answered = Pin<Box<dyn Future<Output = Result<ServiceResponse<BoxBody>, Error>>>>;

impl<S> Service<ServiceRequest> for Remembering<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Either<S::Future, Answered>;

    forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        // Without a credential nothing is remembered, and nothing is to be waited for.
        if request.method() != Method::POST
            || !request.headers().contains_key(IDEMPOTENCY_KEY)
            || Credential::of(request.request()).is_err()
        {
            return Either::Left(self.service.call(request));
        }
        let service = Rc::clone(&self.service);
        Either::Right(Box::pin(async move {
            note_route(request.request());
            let offer = Offer::new(read_ahead(&mut request).await);
            request.extensions_mut().insert(Rc::clone(&offer));
            // By itself: where the client is gone, or the time is up, it is carried out
            // nevertheless, with those who wait for it, and can be asked for its answer.
            let carried_out = rt::spawn(async move {
                let (request, response) = service.call(request).await?.into_parts();
                let response = keep(&request, &offer, response).await;
                Ok(ServiceResponse::new(request, response))
            });
            carried_out.await.unwrap_or_else(|fault| Err(Problem::from(AppError::Internal(fault.to_string())).into()))
        }))
    }
}

/// Keeps the answer, if it is one that is kept.
async fn keep(request: &HttpRequest, offer: &Offer, response: HttpResponse) -> HttpResponse {
    let (Some((user, repeatable)), Ok(state)) = (offer.taken_up(), HttpState::of(request)) else { return response };
    let (response, answer) = KeptAnswer::copy(response);
    let Some(answer) = answer else { return response };
    let (guildhall, user, repeatable) = (state.guildhall().clone(), *user, repeatable.clone());
    if let Err(error) = guildhall.keep_answer(user, &repeatable, &answer.written()).await {
        tracing::error!(%error, "an answer was not kept: the request cannot be answered again");
    }
    response
}

/// Reads the body, as far as bodies may go, and leaves it there for the handler.
async fn read_ahead(request: &mut ServiceRequest) -> Result<Bytes, Problem> {
    let limit = HttpState::of(request.request())?.settings().body_limit;
    check_announced_length(request.request(), limit)?;
    let mut rest = request.take_payload();
    let (mut body, mut fault) = (BytesMut::new(), None);
    while let Some(chunk) = rest.next().await {
        match chunk {
            Ok(chunk) => body.extend_from_slice(&chunk),
            Err(error) => {
                fault = Some(error);
                break;
            }
        }
        if body.len() > limit {
            break;
        }
    }
    let body = body.freeze();
    let result = match &fault {
        Some(error) => Err(unreadable(error)),
        None if body.len() > limit => Err(too_large(limit)),
        None => Ok(body.clone()),
    };
    let read = [Some(Ok(body)), fault.map(Err)].into_iter().flatten();
    request.set_payload(Payload::Stream { payload: Box::pin(iter(read).chain(rest)) });
    result
}
