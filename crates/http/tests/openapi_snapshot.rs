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
