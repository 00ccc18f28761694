//! A whole server in the process, on the store in memory, and people who use it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]
#![allow(dead_code, unused_imports, reason = "every test file uses a part of this")]

mod answer;
mod people;
mod snapshot;

pub use answer::Answer;
pub use people::{Organization, PASSWORD, Person};
pub use snapshot::{snapshot, without_request_id};

use std::future::Future;
use std::num::{NonZeroU32, NonZeroUsize};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::App;
use actix_web::body::{BodySize, MessageBody, to_bytes};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use guildhall_app::{Guildhall, Ports, Settings};
use guildhall_http::{HttpSettings, HttpState, configure, request_context};
use guildhall_ports::store::Store;
use guildhall_security::{
    Argon2Hasher, Argon2Parameters, HashBound, HmacCursorSealer, KeyedThrottle, PasswordLimits, RandomTokenMint, Rate,
    StrengthPolicy, SystemClock, ThrottleRates, UuidV7Generator,
};
use guildhall_store_memory::MemoryStore;
use serde_json::Value;

type Handler = dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>;

/// A server without a socket.
pub struct Server {
    handler: Rc<Handler>,
    /// The application behind it, for what only the operator can do.
    pub guildhall: Guildhall,
}

/// Everything but storage, as cheap as it gets.
pub fn ports(store: Arc<dyn Store>) -> Ports {
    let hashing = Argon2Parameters { memory_kib: 8, iterations: 1, parallelism: 1 };
    let bound = HashBound { permits: NonZeroUsize::MIN, queue: 100 };
    let often = Rate { burst: NonZeroU32::new(1_000_000).unwrap(), interval: Duration::from_millis(1) };
    Ports {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidV7Generator),
        password_hasher: Arc::new(Argon2Hasher::new(hashing, bound).unwrap()),
        password_policy: Arc::new(StrengthPolicy::new(PasswordLimits::default())),
        tokens: Arc::new(RandomTokenMint),
        throttle: Arc::new(KeyedThrottle::new(ThrottleRates { account: often, address: often })),
        cursors: Arc::new(HmacCursorSealer::random().unwrap()),
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::with(HttpSettings::default()).await
    }

    pub async fn with(settings: HttpSettings) -> Self {
        Self::over(ports(Arc::new(MemoryStore::new())), settings).await
    }

    pub async fn over(ports: Ports, settings: HttpSettings) -> Self {
        let guildhall = Guildhall::new(ports, Settings::new().unwrap());
        let state =
            HttpState::new(guildhall.clone(), settings).with_metrics(Arc::new(|| "guildhall_up 1\n".to_owned()));
        let app = init_service(App::new().wrap(from_fn(request_context)).configure(configure(state))).await;
        let app = Rc::new(app);
        let handler = move |request: TestRequest| -> Pin<Box<dyn Future<Output = Answer>>> {
            let app = Rc::clone(&app);
            Box::pin(async move {
                let request = request.to_request();
                let question = format!("{} {}", request.method(), request.uri());
                // As the server does with what went wrong outside of any handler.
                let response = match try_call_service(&*app, request).await {
                    Ok(response) => response.into_parts().1,
                    Err(error) => error.error_response(),
                };
                let (status, headers) = (response.status(), response.headers().clone());
                let announced = match response.body().size() {
                    BodySize::Sized(length) => Some(length.to_string()),
                    _ => headers.get("content-length").map(|length| length.to_str().unwrap().to_owned()),
                };
                let body = to_bytes(response.into_body()).await.unwrap();
                Answer { status, headers, body, announced, question }
            })
        };
        Self { handler: Rc::new(handler), guildhall }
    }

    /// Sends a request, and checks what holds for every answer.
    pub async fn send(&self, request: TestRequest) -> Answer {
        let answer = (self.handler)(request.peer_addr("192.0.2.1:4711".parse().unwrap())).await;
        answer.check();
        answer
    }

    /// Sends a request without a credential.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.send(request(method, path, body)).await
    }
}

/// A request with or without a JSON body.
pub fn request(method: &str, path: &str, body: Option<&Value>) -> TestRequest {
    let request = TestRequest::with_uri(path).method(Method::from_bytes(method.as_bytes()).unwrap());
    match body {
        Some(body) => request.set_json(body),
        None => request,
    }
}
