//! The HTTP interface of Guildhall as a library for actix-web.
