//! Guildhall storage in one SQLite file.
