//! Every way into an organization comes through here: one rule of exclusive
//! membership, one way to write a membership, whichever door it was.

mod enter;
mod make_room;
mod sign_up;
mod welcome;

pub(crate) use enter::{Entrance, is_open};
pub(crate) use make_room::organizations_of;
