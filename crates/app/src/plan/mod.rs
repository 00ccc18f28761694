//! Plans: what an organization may do and have, how much of it is used, and
//! who decides (S-12, M-10, M-14 to M-19).

mod change;
mod entitlements;
mod limits;
mod list;
mod quota;
mod usage;

pub use change::PlanChange;
pub use entitlements::OrganizationEntitlements;
pub use limits::LimitChanges;
pub use quota::{QuotaChange, QuotaReport};
pub use usage::OrganizationUsage;
