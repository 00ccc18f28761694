//! The rules that storage keeps, with real concurrency: tasks on several
//! threads that start at the same instant and retry as the application does.

pub mod audit;
pub mod creation;
pub mod credits;
pub mod default_organization;
pub mod domains;
mod finish;
pub mod first_user;
pub mod invitations;
pub mod joining;
pub mod last_owner;
pub mod limits;
pub mod mails;
pub mod membership;
pub mod quotas;
mod retrying;
mod together;
pub mod workspace_members;
pub mod workspaces;

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
            limits {
                fifty_users_are_added_where_five_have_room,
                twenty_users_are_added_while_others_leave,
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
            invitations {
                one_address_is_invited_twenty_times,
                invitation_is_accepted_once,
                invitation_is_accepted_once_from_the_account,
                accepting_races_revoking,
                accepting_races_revocation,
            }
            domains {
                two_organizations_verify_one_domain,
                ten_organizations_verify_one_domain,
                domain_is_claimed_once,
            }
            joining {
                exclusive_user_joins_one_organization,
                domain_races_invitation_and_adding,
                removal_races_domain,
            }
            credits {
                two_hundred_spend_where_fifty_are_left,
                two_hundred_spend_where_a_quota_fits_fifty,
                two_hundred_spend_where_a_budget_fits_fifty,
                commit_races_lapse,
                refund_is_made_once,
            }
            default_organization {
                default_organization_is_made_once,
                deletion_races_sign_up,
            }
            first_user {
                first_account_is_made_once,
            }
            mails {
                two_senders_share_the_mails,
                eight_senders_share_the_mails,
            }
            workspaces {
                fifty_workspaces_are_made_where_five_have_room,
                fifty_of_a_kind_are_made_where_five_have_room,
                workspace_slug_is_taken_once,
                personal_workspace_is_made_once,
                counters_stay_true,
            }
            workspace_members {
                deletion_races_members_and_grants,
                leaving_races_coming_in,
                two_workspace_owners_go,
            }
            quotas {
                fifty_acquire_where_five_are_left,
                use_is_the_sum_of_what_succeeded,
                same_request_is_carried_out_once,
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
