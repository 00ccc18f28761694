//! The use cases of Guildhall: what people do with organizations, each in one
//! transaction, authorized inside it, and written into the audit log with it.
//!
//! [`Guildhall`] is the whole application. It is made from [`Ports`] and
//! [`Settings`] at startup and then shared; every use case is a method of it,
//! in the file of its name. Who asks is a [`Caller`], found by
//! [`Guildhall::authenticate`]; what may be done is decided by
//! `guildhall_domain::policy` from facts read in the same transaction
//! ([`access::Access`]).

pub mod access;
pub mod account;
pub mod audit;
mod caller;
mod change;
pub mod credits;
mod cursor;
mod denial;
pub mod domain;
mod entity_tag;
mod error;
mod event;
mod guildhall;
mod idempotency;
pub mod invitation;
pub mod join_request;
mod joining;
mod mail;
pub mod member;
pub mod organization;
pub mod plan;
mod repeatable;
pub mod role;
mod settings;
mod transact;
mod unit_of_work;
pub mod user;
pub mod workspace;
pub mod workspace_group;

pub use caller::{Caller, RequestContext};
pub use change::Change;
pub use cursor::{CursorPage, ListRequest};
pub use entity_tag::{EntityTag, Precondition};
pub use error::{AppError, Conflict, FieldError, Missing, NotAllowed};
pub use guildhall::{Guildhall, Ports};
pub use guildhall_ports::store::{CreditTransactionFilter, OrganizationFilter, OrganizationRef};
pub use guildhall_ports::{ExposeSecret, SecretString};
pub use idempotency::IdempotencyKey;
pub use mail::Delivery;
pub use repeatable::RepeatableRequest;
pub use settings::{Authentication, MailSettings, Settings};
