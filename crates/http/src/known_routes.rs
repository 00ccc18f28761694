use std::str::FromStr;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use utoipa::openapi::{OpenApi, PathItem};

use crate::address::{DOCUMENT, DOCUMENT_AT_ROOT, UNVERSIONED, VERSIONED};

/// Which methods each address answers to: what the OpenAPI document says.
///
/// Only asked when no route has matched, and for HEAD.
#[derive(Clone)]
pub(crate) struct KnownRoutes(Vec<(ResourceDef, Vec<Method>)>);

/// What can be read beside the described operations.
const UNDESCRIBED: [&str; 5] = ["/auth/me", DOCUMENT, DOCUMENT_AT_ROOT, "/docs", "/docs/{file:.*}"];

impl KnownRoutes {
    pub(crate) fn of(document: &OpenApi) -> Self {
        let mut known = Vec::new();
        for (path, item) in &document.paths.paths {
            let methods = methods_of(item);
            // The versioned routes answer without the version too.
            if let Some(rest) = path.strip_prefix(VERSIONED) {
                known.push((ResourceDef::new(format!("{UNVERSIONED}{rest}")), methods.clone()));
            }
            known.push((ResourceDef::new(path.as_str()), methods));
        }
        let mut known = Self(known);
        UNDESCRIBED.into_iter().for_each(|path| known.add_readable(path));
        known
    }

    /// Adds an address that can be read and nothing else.
    pub(crate) fn add_readable(&mut self, path: &'static str) {
        self.0.push((ResourceDef::new(path), vec![Method::GET, Method::HEAD]));
    }

    pub(crate) fn answers_to_get(&self, path: &str) -> bool {
        self.0.iter().any(|(pattern, methods)| methods.contains(&Method::GET) && pattern.is_match(path))
    }

    /// The methods of `path`; none for an unknown address.
    pub(crate) fn methods(&self, path: &str) -> Vec<&str> {
        let mut methods: Vec<&str> = self
            .0
            .iter()
            .filter(|(pattern, _)| pattern.is_match(path))
            .flat_map(|(_, methods)| methods.iter().map(Method::as_str))
            .collect();
        methods.sort_unstable();
        methods.dedup();
        methods
    }
}

fn methods_of(item: &PathItem) -> Vec<Method> {
    [
        ("GET", item.get.is_some()),
        ("HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, answers)| if answers { Method::from_str(name).ok() } else { None })
    .collect()
}
