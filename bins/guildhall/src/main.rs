//! Organizations for any product, in one binary.
fn main() {}
