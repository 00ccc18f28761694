use super::{Actor, Denied};
use crate::UserId;

/// Proof that the actor has power over the whole installation (M-55).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlatformGrant {
    actor: UserId,
}

impl PlatformGrant {
    /// Who was granted it.
    pub fn actor(&self) -> UserId {
        self.actor
    }
}

/// Decides whether `actor` may operate the installation.
///
/// # Errors
/// [`Denied::NotSuperadmin`].
pub fn decide_platform(actor: &Actor) -> Result<PlatformGrant, Denied> {
    if actor.superadmin { Ok(PlatformGrant { actor: actor.user_id }) } else { Err(Denied::NotSuperadmin) }
}
