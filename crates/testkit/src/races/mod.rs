//! The rules that storage keeps, with real concurrency: tasks on several
//! threads that start at the same instant and retry as the application does.

pub mod audit;
pub mod creation;
pub mod last_owner;
pub mod membership;
mod retrying;
mod together;

pub use retrying::retrying;
pub use together::together;

/// Makes a test of every race; see
/// [`storage_conformance_suite`](crate::storage_conformance_suite) for the factory.
#[macro_export]
macro_rules! storage_race_suite {
    ($factory:expr) => {
        mod races {
            #[allow(unused_imports, clippy::wildcard_imports)]
            use super::*;

            $crate::storage_cases! {
                races, $factory,
            last_owner {
                two_owners_are_removed,
                two_owners_are_demoted,
                one_owner_is_removed_and_one_demoted,
            }
            membership {
                one_user_is_added_twenty_times,
                twenty_users_are_added,
                roles_change_in_parallel,
                deletion_races_adding,
            }
            audit {
                organization_chain_stays_whole,
                platform_chain_stays_whole,
            }
            creation {
                first_organization_is_made_once,
                slug_is_taken_once,
                email_is_registered_once,
            }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    /// A race that the macro does not name would never run.
    #[test]
    fn every_race_is_in_the_suite() {
        crate::suite::every_case_is_named("src/races", include_str!("mod.rs"));
    }
}
