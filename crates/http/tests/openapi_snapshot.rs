//! `docs/openapi.json` is what the handlers say.

use std::path::Path;
use std::{env, fs};

/// Set to write the document anew: `BLESS_OPENAPI=1 cargo test -p guildhall-http --test openapi_snapshot`.
const BLESS: &str = "BLESS_OPENAPI";

#[test]
fn the_document_in_the_repository_is_current() {
    let mut current = guildhall_http::openapi().to_pretty_json().unwrap();
    current.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if env::var_os(BLESS).is_some() {
        fs::write(&path, current).unwrap();
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == current, "docs/openapi.json has drifted from the handlers; write it anew with {BLESS}=1");
}

/// What is negotiated by headers is described: entity tags both ways, and when to come back.
#[test]
fn headers_are_described() {
    let document = serde_json::to_value(guildhall_http::openapi()).unwrap();
    let mut conditional = [0, 0];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let takes = |name: &str| parameters.iter().any(|of| of["name"] == name && of["in"] == "header");
            let answers = &operation["responses"];
            assert_eq!(takes("If-Match"), answers.get("412").is_some(), "{method} {path}");
            assert_eq!(takes("If-None-Match"), answers.get("304").is_some(), "{method} {path}");
            conditional[0] += usize::from(takes("If-Match"));
            conditional[1] += usize::from(takes("If-None-Match"));
            if takes("If-None-Match") {
                assert!(answers["200"]["headers"]["ETag"].is_object(), "{method} {path}");
                assert!(answers["304"]["headers"]["ETag"].is_object(), "{method} {path}");
            }
            for status in ["429", "503"] {
                if let Some(answer) = answers.get(status) {
                    assert!(answer["headers"]["Retry-After"].is_object(), "{status} of {method} {path}");
                }
            }
        }
    }
    assert_eq!(conditional, [20, 10]);
}
