use guildhall_domain::Plan;

use crate::{Caller, Guildhall};

impl Guildhall {
    /// The plans of this deployment, in order, for everybody who has an account (S-12).
    pub fn plans(&self, _caller: &Caller) -> &[Plan] {
        &self.settings.blueprint.plans.0
    }
}
