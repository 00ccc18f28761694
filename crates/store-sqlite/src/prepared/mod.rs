//! Statements that a connection prepares once and then only runs again.
//! Preparing one of the joins here costs several times its run.

mod at_most;
mod command;
mod constant;
mod update;

pub(crate) use at_most::Limited;
pub(crate) use command::Command;
pub(crate) use constant::Constant;
pub(crate) use update::update;
