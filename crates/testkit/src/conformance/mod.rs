//! One suite, every store: each case proves a sentence of the storage
//! contract in `guildhall_ports::store`, on an empty store of its own.

pub mod access_grants;
pub mod across;
pub mod active_organization;
pub mod audit;
pub mod audit_pages;
pub mod authentication;
pub mod check;
pub mod check_batch;
pub mod check_workspaces;
pub mod credit_answers;
pub mod credit_budgets;
mod credit_cases;
pub mod credit_kept;
pub mod credit_lists;
pub mod credit_model;
pub mod credit_quotas;
pub mod credit_reading;
pub mod credit_refunds;
pub mod credit_reservations;
pub mod credit_tenants;
pub mod credit_work;
pub mod credit_workspaces;
pub mod credits;
pub mod default_organization;
pub mod deletion;
pub mod departures;
pub mod domain_offers;
pub mod domains;
pub mod email_verifications;
mod expect;
pub mod first_user;
pub mod idempotent_answers;
pub mod invitation_grants;
pub mod invitation_pages;
pub mod invitations;
pub mod join_requests;
mod joining_cases;
pub mod last_owner;
pub mod limits;
pub mod mails;
pub mod member_pages;
pub mod member_sessions;
pub mod members;
pub mod my_organizations;
pub mod organizations;
pub mod overrides;
pub mod personal_workspaces;
pub mod platform;
pub mod quotas;
pub mod reading;
pub mod received_invitations;
pub mod revocations;
pub mod roles;
pub mod sessions;
pub mod tenants;
pub mod times;
pub mod transactions;
pub mod user_answers;
pub mod users;
pub mod vacancy;
mod workspace_cases;
pub mod workspace_counts;
pub mod workspace_groups;
pub mod workspace_limits;
pub mod workspace_list;
pub mod workspace_members;
pub mod workspace_owners;
pub mod workspace_tenants;
pub mod workspace_viewers;
pub mod workspaces;

/// Makes a test of every case of the storage contract.
///
/// The expression is a future of `(Arc<dyn Store>, guard)`, made anew for each
/// case; the guard (a directory, a database) lives until the case is over. The
/// crate that calls it needs tokio with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! storage_conformance_suite {
    ($factory:expr) => {
        $crate::workspace_cases!($factory);
        $crate::credit_cases!($factory);
        $crate::joining_cases!($factory);
        $crate::storage_cases! {
            conformance, $factory,
            transactions {
                dropped_organization_unit_changes_nothing,
                dropped_user_unit_changes_nothing,
                rollback_changes_nothing,
                conflict_changes_nothing,
                unit_sees_its_own_changes,
                changes_are_seen_from_commit_on,
                reading_unit_sees_one_state,
                writers_of_one_organization_run_one_after_the_other,
                writers_of_one_account_run_one_after_the_other,
                store_is_ready,
            }
            reading {
                organization_unit_refuses_writes,
                workspace_unit_refuses_writes,
                user_unit_refuses_writes,
                operator_unit_refuses_writes,
                going_on_keeps_the_mode,
            }
            across {
                account_and_organization_commit_together,
                account_and_organization_fail_together,
                organization_and_account_commit_together,
                organization_and_account_fail_together,
                unit_goes_on_more_than_once,
            }
            organizations {
                new_organization_is_kept,
                unknown_organization_is_none,
                taken_slug_leaves_the_unit_usable,
                name_is_not_unique,
                id_is_taken_once,
                update_writes_what_is_documented,
                update_clears_optional_fields,
                every_status_is_kept,
                time_zone_is_kept_wherever_it_is_read,
                update_keeps_slugs_unique,
                freed_slug_can_be_taken,
                absent_organization_is_not_found,
                open_tells_organization_and_place,
            }
            overrides {
                nothing_is_decided_at_first,
                overrides_are_kept_wherever_they_are_read,
                overrides_are_replaced_and_taken_back,
                counting_leaves_overrides_alone,
            }
            members {
                new_member_is_kept_and_counted,
                source_of_a_membership_is_kept,
                owners_are_counted,
                user_is_member_once,
                user_is_member_of_many_organizations,
                unknown_user_is_refused,
                unknown_role_is_refused,
                member_is_found_by_either_id,
                role_change_is_kept_and_counted,
                role_change_needs_a_known_role,
                access_is_kept,
                removed_member_keeps_the_account,
                removed_member_can_come_back,
                absent_member_is_not_found,
                account_to_add_is_found,
                touching_a_member_makes_no_new_version,
            }
            last_owner {
                last_owner_cannot_be_demoted,
                last_owner_cannot_be_removed,
                only_member_cannot_be_removed,
                one_of_two_owners_may_go,
                two_owners_cannot_go_in_one_unit,
                ownership_can_be_handed_over,
                first_member_is_an_owner,
            }
            limits {
                full_organization_takes_nobody_in,
                unlimited_organization_takes_everybody_in,
                lower_limit_takes_nothing_away,
                removal_makes_room_again,
                member_of_a_full_organization_is_told_so,
                founder_is_no_exception,
            }
            member_pages {
                members_come_in_order_of_email,
                pages_have_exact_sizes,
                pages_are_stable,
                search_disregards_case,
                search_has_no_wildcards,
                role_and_search_filter_together,
                list_gives_whole_profiles,
            }
            roles {
                new_role_is_kept,
                role_name_is_unique_in_its_organization,
                role_is_found_by_name,
                roles_come_in_order_of_name,
                role_update_writes_what_is_documented,
                role_update_keeps_names_unique,
                held_role_cannot_be_deleted,
                reassigned_role_can_be_deleted,
                reassigning_to_owner_counts_owners,
                reassigning_needs_a_known_role,
                absent_role_is_not_found,
            }
            users {
                new_account_is_kept,
                unknown_account_is_none,
                email_is_unique,
                account_update_writes_what_is_documented,
                verified_address_is_kept,
                password_is_replaced,
                absent_account_is_not_found,
                deleted_account_is_gone,
                member_account_cannot_be_deleted,
            }
            sessions {
                session_is_kept,
                sessions_come_newest_first,
                session_is_ended_by_its_user,
                all_sessions_are_ended_but_one,
                session_needs_an_account,
                session_cannot_be_started_for_another,
                use_of_a_session_is_noted,
            }
            active_organization {
                nobody_has_none,
                first_joined_is_active,
                chosen_is_active,
                removal_falls_back,
                deletion_falls_back,
            }
            my_organizations {
                organizations_come_with_my_place,
                stranger_finds_nothing,
                organizations_come_in_order_of_name,
                renamed_organization_moves,
                my_pages_are_stable,
            }
            authentication {
                unknown_token_is_nobody,
                holder_is_told,
                holder_is_told_as_of_now,
                expired_session_is_told,
            }
            check {
                unknown_token_gets_no_facts,
                built_in_roles_come_with_permissions,
                custom_role_comes_with_permissions,
                stranger_and_unknown_organization,
                subject_is_told_apart_from_the_caller,
                status_is_told,
                changes_are_told_at_once,
                caller_flags_are_told,
                disabled_subject_has_no_place,
            }
            audit {
                new_chain_is_empty,
                records_are_chained,
                events_are_kept_whole,
                rollback_leaves_no_gap,
                chains_are_apart,
                event_of_another_log_is_refused,
                absent_organization_has_no_log,
                chain_is_walked_in_pieces,
                platform_chain_is_walked_in_pieces,
                log_outlives_its_actors,
            }
            audit_pages {
                records_come_newest_first,
                positions_are_exclusive_places,
                filters_mean_what_the_domain_says,
            }
            platform {
                credentials_are_found_by_email,
                account_is_found_by_id,
                account_to_add_is_found,
                accounts_come_in_order_of_email,
                organizations_come_newest_first,
                platform_pages_are_stable,
                operator_unit_ends,
            }
            tenants {
                foreign_rows_are_not_seen,
                foreign_rows_are_not_listed,
                foreign_rows_are_not_changed,
                foreign_rows_are_not_made,
                changes_stay_in_their_organization,
            }
            deletion {
                deletion_is_complete,
                deletion_takes_workspaces_along,
                deletion_frees_the_accounts,
                deletion_can_be_rolled_back,
            }
            email_verifications {
                new_link_replaces_the_old_one,
                link_is_taken_back,
                link_is_used_once,
                link_belongs_to_its_account,
            }
            default_organization {
                default_organization_is_set,
                default_organization_is_made_in_one_unit,
                deleted_default_organization_is_none,
                looking_does_not_wait,
            }
            first_user {
                first_account_is_made,
                first_account_is_refused_beside_others,
            }
            vacancy {
                members_leave_it_vacant,
                role_is_no_vacancy,
                claim_is_no_vacancy,
                invitation_is_no_vacancy,
                join_request_is_no_vacancy,
                departure_is_no_vacancy,
                personal_workspace_leaves_it_vacant,
                workspace_is_no_vacancy,
                workspace_group_is_no_vacancy,
                use_of_a_resource_is_no_vacancy,
                spent_credits_are_no_vacancy,
            }
            member_sessions {
                member_sessions_are_ended,
                only_good_sessions_are_counted,
            }
            mails {
                queued_mail_is_kept,
                only_a_commit_queues_mail,
                due_mail_is_claimed_oldest_first,
                lease_keeps_mail_from_others,
                rolled_back_claim_takes_nothing,
                mail_is_put_off,
                sent_mail_is_deleted,
                mail_goes_with_the_organization,
                foreign_mail_is_not_queued,
            }
            times {
                times_are_kept_to_the_microsecond,
            }
        }
    };
}

#[cfg(test)]
mod tests {
    /// A case that the macro does not name would never run.
    #[test]
    fn every_case_is_in_the_suite() {
        let named = [
            include_str!("mod.rs"),
            include_str!("workspace_cases.rs"),
            include_str!("credit_cases.rs"),
            include_str!("joining_cases.rs"),
        ];
        crate::suite::every_case_is_named("src/conformance", &named.concat());
    }
}
