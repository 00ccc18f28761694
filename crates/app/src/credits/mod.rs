//! Credits: giving, spending, holding and giving back, and what is left
//! (M-20 to M-32). The rules are `guildhall_domain::credits`; here is who may,
//! and how what is asked at once is carried out together (`gate`).

mod balance;
mod batch;
mod gate;
mod grant;
mod lead;
mod member_quota;
mod order;
mod perform;
mod rebuild;
mod receipt;
mod refund;
mod reservation;
mod revoke;
mod round;
mod spend;
mod transactions;
mod usage;
mod verify;
mod workspace_budget;

pub use balance::CreditBalance;
pub(crate) use gate::Gate;
pub use grant::NewGrant;
pub use member_quota::OwnCreditUsage;
pub use rebuild::CreditRebuilding;
pub use receipt::CreditReceipt;
pub use reservation::NewReservation;
pub use spend::{Cost, Spending};
pub use usage::{CreditUsagePage, CreditUsageQuery, MemberUsage};
pub use verify::CreditReport;
pub use workspace_budget::WorkspaceBudget;
