//! The storage conformance suite, fixtures, and a throw-away PostgreSQL, for tests.
