use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data};
use guildhall_app::{AppError, Guildhall};
use utoipa::openapi::OpenApi;

use crate::address::METRICS;
use crate::client_address::TrustedProxies;
use crate::known_routes::KnownRoutes;
use crate::problem::Problem;

/// How long a request may take where nothing else was decided.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// What a deployment decides about the HTTP interface.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The origins whose pages may call the API (`https://console.example.com`); none by default.
    pub cors_origins: Vec<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// The largest request body, in bytes.
    pub body_limit: usize,
    /// How long a request may take from its head to its answer, its body included;
    /// and each page of an answer that is streamed.
    pub request_timeout: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            trusted_proxies: TrustedProxies::Nobody,
            body_limit: 1 << 20,
            request_timeout: REQUEST_TIMEOUT,
        }
    }
}

/// Gives the metrics of the process in Prometheus' text format.
pub type MetricsRenderer = Arc<dyn Fn() -> String + Send + Sync>;

/// What the handlers share. Cheap to clone; make one per process.
#[derive(Clone)]
pub struct HttpState {
    guildhall: Guildhall,
    settings: Arc<HttpSettings>,
    description: Arc<OnceLock<Description>>,
    metrics: Option<MetricsRenderer>,
}

/// What is served, as [`configure`](crate::configure) describes it.
struct Description {
    document: Bytes,
    known_routes: KnownRoutes,
}

impl HttpState {
    /// Puts the application behind HTTP.
    pub fn new(guildhall: Guildhall, settings: HttpSettings) -> Self {
        Self { guildhall, settings: Arc::new(settings), description: Arc::default(), metrics: None }
    }

    /// Serves what `render` gives at `/metrics`.
    #[must_use]
    pub fn with_metrics(mut self, render: MetricsRenderer) -> Self {
        self.metrics = Some(render);
        self
    }

    /// Keeps what the API is like, once for all who share this.
    pub(crate) fn describe(&self, make: impl FnOnce(&Guildhall) -> OpenApi) {
        self.description.get_or_init(|| {
            let document = make(&self.guildhall);
            let mut known_routes = KnownRoutes::of(&document);
            if self.metrics.is_some() {
                known_routes.add_readable(METRICS);
            }
            // The document is plain data, which always serializes.
            Description { document: Bytes::from(document.to_json().unwrap_or_default()), known_routes }
        });
    }

    /// The state that [`configure`](crate::configure) put beside the routes.
    pub(crate) fn of(request: &HttpRequest) -> Result<&Self, Problem> {
        match request.app_data::<Data<Self>>() {
            Some(state) => Ok(state),
            None => Err(AppError::Internal("the routes are mounted without their state".to_owned()).into()),
        }
    }

    pub(crate) fn guildhall(&self) -> &Guildhall {
        &self.guildhall
    }

    pub(crate) fn settings(&self) -> &HttpSettings {
        &self.settings
    }

    pub(crate) fn openapi(&self) -> Bytes {
        self.description.get().map(|description| description.document.clone()).unwrap_or_default()
    }

    /// None before anything is mounted.
    pub(crate) fn known_routes(&self) -> Option<&KnownRoutes> {
        self.description.get().map(|description| &description.known_routes)
    }

    pub(crate) fn metrics(&self) -> Option<&MetricsRenderer> {
        self.metrics.as_ref()
    }
}
