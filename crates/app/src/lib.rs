//! The use cases of Guildhall: authorization and transactions around the domain rules.
