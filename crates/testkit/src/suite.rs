//! What keeps the suites honest.

use std::path::Path;

/// Asserts that every case in the files of `folder` stands in the macro of its `mod.rs`.
pub(crate) fn every_case_is_named(folder: &str, macro_source: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let subject = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = std::fs::read_to_string(&path).unwrap();
        for line in source.lines().filter_map(|line| line.strip_prefix("pub async fn ")) {
            let Some((case, _)) = line.split_once("(store: Arc<dyn Store>)") else { continue };
            let (_, named) = macro_source.split_once(&format!("            {subject} {{\n")).unwrap_or_default();
            let (named, _) = named.split_once('}').unwrap_or_default();
            assert!(named.lines().any(|line| line.trim() == format!("{case},")), "{subject}::{case} never runs");
            cases += 1;
        }
    }
    assert!(cases > 0, "no case was found");
}
