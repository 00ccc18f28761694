//! Comparing with a text file that people read and sign off.

use std::path::Path;

/// Set this to write the files anew; then read the difference before it is committed.
const BLESS: &str = "GUILDHALL_BLESS";

/// Asserts that `actual` is what stands in `tests/<file>`.
pub fn assert_golden(file: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
    if std::env::var_os(BLESS).is_some() {
        if let Err(error) = std::fs::write(&path, actual) {
            panic!("{file} cannot be written: {error}");
        }
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (wanted, actual)) in (1..).zip(wanted.lines().zip(actual.lines())) {
        assert_eq!(actual, wanted, "line {number} of {file}; {BLESS}=1 writes it anew");
    }
    assert_eq!(actual.len(), wanted.len(), "{file} has another length; {BLESS}=1 writes it anew");
}

/// A table with columns as wide as their widest cell.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
