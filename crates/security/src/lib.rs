//! Password hashing behind a bound, token digests, identifiers, throttling and sealed cursors.
