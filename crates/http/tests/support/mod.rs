//! A whole server in the process, on the store in memory, and people who use it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]
#![allow(dead_code, unused_imports, reason = "every test file uses a part of this")]

mod answer;
mod outside;
mod people;
mod snapshot;

pub use answer::Answer;
pub use outside::{Outside, token_in};
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
use guildhall_domain::blueprint::Blueprint;
use guildhall_http::{HttpSettings, HttpState, configure, request_context};
use guildhall_ports::store::Store;
use guildhall_security::{
    AeadAnswerSealer, AeadMailSealer, Argon2Hasher, Argon2Parameters, HashBound, HmacCursorSealer, KeyedThrottle,
    PasswordLimits, RandomTokenMint, Rate, StrengthPolicy, ThrottleRates, UuidV7Generator,
};
use guildhall_store_memory::MemoryStore;
use serde_json::Value;

type Handler = dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>;

/// A server without a socket.
pub struct Server {
    handler: Rc<Handler>,
    /// The application behind it, for what only the operator can do.
    pub guildhall: Guildhall,
    /// Mailboxes, the domain name system, and the time.
    pub outside: Outside,
}

const FREE: Rate = Rate { burst: NonZeroU32::new(1_000_000).unwrap(), interval: Duration::from_millis(1) };
const OFTEN: ThrottleRates = ThrottleRates { account: FREE, address: FREE, mail: FREE, recipient: FREE };

fn hourly(burst: u32) -> Rate {
    Rate { burst: NonZeroU32::new(burst).unwrap(), interval: Duration::from_secs(3_600) }
}

/// Everything but storage, as cheap as it gets.
pub fn ports(store: Arc<dyn Store>) -> Ports {
    ports_to(&Outside::default(), store)
}

fn ports_to(outside: &Outside, store: Arc<dyn Store>) -> Ports {
    let hashing = Argon2Parameters { memory_kib: 8, iterations: 1, parallelism: 1 };
    let bound = HashBound { permits: NonZeroUsize::MIN, queue: 100 };
    Ports {
        store,
        clock: Arc::clone(&outside.clock) as _,
        ids: Arc::new(UuidV7Generator),
        password_hasher: Arc::new(Argon2Hasher::new(hashing, bound).unwrap()),
        password_policy: Arc::new(StrengthPolicy::new(PasswordLimits::default())),
        tokens: Arc::new(RandomTokenMint),
        throttle: Arc::new(KeyedThrottle::new(OFTEN)),
        cursors: Arc::new(HmacCursorSealer::random().unwrap()),
        answers: Arc::new(AeadAnswerSealer::random().unwrap()),
        mailer: Arc::clone(&outside.mailboxes) as _,
        mail_sealer: Arc::new(AeadMailSealer::random().unwrap()),
        text_records: Arc::clone(&outside.dns) as _,
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::with(HttpSettings::default()).await
    }

    pub async fn with(settings: HttpSettings) -> Self {
        let outside = Outside::default();
        let ports = ports_to(&outside, Arc::new(MemoryStore::new()));
        Self::made_of(ports, Settings::default(), settings, outside).await
    }

    /// A deployment with rules of its own.
    pub async fn ruled(blueprint: Blueprint) -> Self {
        Self::set_up(Settings::new(blueprint)).await
    }

    pub async fn set_up(settings: Settings) -> Self {
        let outside = Outside::default();
        let ports = ports_to(&outside, Arc::new(MemoryStore::new()));
        Self::made_of(ports, settings, HttpSettings::default(), outside).await
    }

    /// One on which everybody can cause this many mails, and then no more for an hour.
    pub async fn sparing_mail(mails: u32) -> Self {
        Self::throttled(ThrottleRates { mail: hourly(mails), ..OFTEN }).await
    }

    /// One on which every address can get this many mails, and then no more for an hour.
    pub async fn sparing_recipients(mails: u32) -> Self {
        Self::throttled(ThrottleRates { recipient: hourly(mails), ..OFTEN }).await
    }

    async fn throttled(rates: ThrottleRates) -> Self {
        let outside = Outside::default();
        let throttle = Arc::new(KeyedThrottle::new(rates));
        let ports = Ports { throttle, ..ports_to(&outside, Arc::new(MemoryStore::new())) };
        Self::made_of(ports, Settings::default(), HttpSettings::default(), outside).await
    }

    /// On other ports, which reach nothing outside.
    pub async fn over(ports: Ports, settings: HttpSettings) -> Self {
        Self::made_of(ports, Settings::default(), settings, Outside::default()).await
    }

    async fn made_of(ports: Ports, rules: Settings, settings: HttpSettings, outside: Outside) -> Self {
        let guildhall = Guildhall::new(ports, rules);
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
        Self { handler: Rc::new(handler), guildhall, outside }
    }

    /// Sends the mails that wait, and gives the last one's token that an address got.
    pub async fn mailed_token(&self, address: &str) -> String {
        self.guildhall.deliver_mail().await.unwrap();
        let mails = self.outside.mailboxes.of(address);
        token_in(mails.last().unwrap_or_else(|| panic!("no mail to {address}")))
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
