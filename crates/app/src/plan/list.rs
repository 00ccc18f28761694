use guildhall_domain::Plan;

use crate::Guildhall;

impl Guildhall {
    /// The plans of this deployment, in order (S-12).
    pub fn plans(&self) -> &[Plan] {
        &self.settings.blueprint.plans.0
    }
}
