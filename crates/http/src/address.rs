//! Addresses that more than one place has to know.

/// The canonical prefix of the API.
pub(crate) const VERSIONED: &str = "/api/v1";

/// The prefix of the same routes without a version.
pub(crate) const UNVERSIONED: &str = "/api";

/// Where the description of the API is.
pub(crate) const DOCUMENT: &str = "/api/openapi.json";

/// Where it is too, for those who look for it there (C-141).
pub(crate) const DOCUMENT_AT_ROOT: &str = "/openapi.json";

/// Where the metrics are, where they are served.
pub(crate) const METRICS: &str = "/metrics";
