//! Guildhall storage in memory, for unit tests and embedders.
