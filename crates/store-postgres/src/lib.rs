//! Guildhall storage in PostgreSQL with forced row-level security.
