use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data};
use guildhall_app::{AppError, Guildhall};

use crate::client_address::TrustedProxies;
use crate::health::METRICS;
use crate::openapi::openapi_of;
use crate::problem::Problem;
use crate::unknown_route::KnownRoutes;

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
    openapi: Bytes,
    known_routes: Arc<KnownRoutes>,
    metrics: Option<MetricsRenderer>,
}

impl HttpState {
    /// Puts the application behind HTTP.
    pub fn new(guildhall: Guildhall, settings: HttpSettings) -> Self {
        let document = openapi_of(guildhall.blueprint());
        let known_routes = Arc::new(KnownRoutes::of(&document));
        // The document is plain data, which always serializes.
        let openapi = Bytes::from(document.to_json().unwrap_or_default());
        Self { guildhall, settings: Arc::new(settings), openapi, known_routes, metrics: None }
    }

    /// Serves what `render` gives at `/metrics`.
    #[must_use]
    pub fn with_metrics(mut self, render: MetricsRenderer) -> Self {
        self.metrics = Some(render);
        Arc::make_mut(&mut self.known_routes).add_readable(METRICS);
        self
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
        self.openapi.clone()
    }

    pub(crate) fn known_routes(&self) -> &KnownRoutes {
        &self.known_routes
    }

    pub(crate) fn metrics(&self) -> Option<&MetricsRenderer> {
        self.metrics.as_ref()
    }
}
