//! Statements that a connection prepares once and then only runs again.
//! Preparing one of the joins here costs several times its run.

mod at_most;
mod command;
mod constant;
mod once;
mod one_of;
mod total_changes;
mod update;
mod upsert;

pub(crate) use at_most::Limited;
pub(crate) use command::Command;
pub(crate) use constant::{Constant, ConstantNumber};
pub(crate) use once::once;
pub(crate) use one_of::{id_list, one_of};
pub(crate) use total_changes::TotalChanges;
pub(crate) use update::update;
pub(crate) use upsert::upsert;
