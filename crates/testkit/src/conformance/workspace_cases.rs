/// The cases about workspaces, and what came with them; see
/// [`storage_conformance_suite`](crate::storage_conformance_suite).
#[doc(hidden)]
#[macro_export]
macro_rules! workspace_cases {
    ($factory:expr) => {
        $crate::storage_cases! {
            conformance, $factory,
            workspaces {
                new_workspace_is_kept,
                new_workspace_has_its_owner,
                owner_of_a_new_workspace_is_a_member,
                group_of_a_new_workspace_is_known,
                taken_workspace_slug_leaves_the_unit_usable,
                workspace_slug_is_unique_in_its_organization,
                workspace_update_writes_what_is_documented,
                workspace_update_keeps_slugs_unique,
                workspace_update_needs_a_known_group,
                workspaces_are_found_by_id,
                deleted_workspace_is_gone,
                absent_workspace_is_not_found,
                workspace_outlives_its_creator,
            }
            workspace_counts {
                workspaces_are_counted,
                personal_workspaces_are_not_counted,
                archived_workspaces_are_counted,
                counting_workspaces_makes_no_new_version,
                writing_the_organization_leaves_the_count,
                counts_are_rolled_back,
            }
            workspace_limits {
                full_organization_takes_no_more_workspaces,
                full_kind_takes_no_more_workspaces,
                limit_of_all_is_told_first,
                deleted_workspace_makes_room,
                lower_workspace_limit_takes_nothing_away,
                personal_workspace_needs_no_room,
            }
            workspace_list {
                workspaces_come_in_order_of_name,
                list_gives_whole_workspaces,
                filters_narrow_the_list,
                workspace_search_disregards_case,
                workspace_search_has_no_wildcards,
                workspace_pages_are_stable,
                renamed_workspace_moves,
            }
            workspace_viewers {
                lists_agree_with_the_policy,
                member_sees_own_and_open_ones,
                owner_sees_no_personal_workspaces_of_others,
                superadmin_sees_everything,
                filters_narrow_what_one_is_tied_to,
                no_position_shows_more,
            }
            workspace_members {
                new_workspace_member_is_kept,
                nobody_else_is_in_a_workspace,
                member_is_in_a_workspace_once,
                only_members_come_into_a_workspace,
                workspace_members_come_in_order_of_email,
                workspace_member_pages_are_stable,
                removed_workspace_member_is_gone,
                absent_workspace_member_is_not_found,
                leaving_leaves_the_workspaces,
            }
            workspace_owners {
                workspace_role_is_changed,
                last_workspace_owner_stays,
                one_of_two_workspace_owners_may_go,
                workspace_is_transferred,
                transfer_to_one_of_the_owners,
                ownerless_workspace_can_be_managed,
            }
            workspace_groups {
                new_group_is_kept,
                group_name_is_unique_in_its_organization,
                groups_come_in_order_of_name,
                group_update_writes_what_is_documented,
                group_update_keeps_names_unique,
                deleted_group_leaves_its_workspaces,
                absent_group_is_not_found,
            }
            workspace_tenants {
                foreign_workspaces_are_not_seen,
                foreign_workspaces_are_not_listed,
                foreign_workspaces_are_not_changed,
                foreign_workspaces_are_not_made,
                workspace_changes_stay_in_their_organization,
            }
            personal_workspaces {
                user_has_one_workspace_of_their_own,
                personal_workspace_waits_for_its_user,
                personal_workspace_goes_with_the_account,
                personal_workspace_can_be_made_anew,
            }
            access_grants {
                access_is_replaced,
                many_grants_are_kept,
                grant_needs_a_known_workspace,
                stranger_has_no_grants,
                grants_go_with_the_membership,
                grants_go_with_the_workspace,
                flags_are_told_with_the_power,
            }
            invitation_grants {
                promised_grants_are_kept,
                promised_workspace_may_be_gone,
                many_promised_grants_are_kept,
                invitation_update_leaves_the_grants,
            }
            check_workspaces {
                every_tie_is_told,
                workspace_facts_are_told,
                foreign_workspace_is_none,
                who_has_no_place_has_no_ties,
                changed_ties_are_told_at_once,
            }
            check_batch {
                batch_answers_as_each_alone,
                hundred_checks_are_answered,
                empty_batch_tells_the_caller,
                unknown_token_gets_no_batch,
                unknown_organization_knows_nobody,
            }
            quotas {
                use_is_counted,
                use_stays_within_the_limit,
                lower_quota_takes_nothing_away,
                use_stays_exact,
                no_more_is_released_than_used,
                uses_are_apart,
                use_is_rolled_back,
                absent_organization_uses_nothing,
            }
            idempotent_answers {
                answer_is_kept,
                answers_are_apart,
                answer_is_replaced,
                old_answers_are_forgotten,
                answer_is_kept_with_what_was_done,
                answers_do_not_keep_the_account,
            }
            user_answers {
                user_answer_is_kept,
                long_answers_are_kept,
                user_answers_are_apart,
                foreign_user_answers_are_refused,
                user_answer_is_replaced,
                old_user_answers_are_forgotten,
                user_answers_are_forgotten_some_at_a_time,
                user_answer_is_kept_with_what_was_done,
                user_answers_go_with_the_account,
            }
        }
    };
}
