//! Who may do what. Everything here is pure: facts in, verdict out.
//!
//! [`decide`] is the only maker of a [`Grant`], and use cases that change
//! anything take one. The rules of who may touch whom are methods of the
//! grant ([`Grant::may_assign`], [`Grant::may_remove`], …).

mod decide;
mod explain;
mod facts;
mod grant;
mod platform;
mod workspace;

pub use decide::{Denied, decide};
pub use explain::{PermissionSource, explain};
pub use facts::{Actor, Facts, MemberFacts, WorkspaceFacts, WorkspaceTies};
pub use grant::{Authority, Grant, Refused};
pub use platform::{PlatformGrant, decide_platform};
pub use workspace::{WorkspacePower, WorkspaceSource, WorkspaceView, WorkspaceViewer, decide_in, power, sources};
