//! How other programs use Guildhall; see the examples beside this file.
