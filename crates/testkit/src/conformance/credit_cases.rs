/// The cases about credits; see
/// [`storage_conformance_suite`](crate::storage_conformance_suite).
#[doc(hidden)]
#[macro_export]
macro_rules! credit_cases {
    ($factory:expr) => {
        $crate::storage_cases! {
            conformance, $factory,
            credits {
                state_is_empty_at_first,
                grants_are_kept,
                spent_grants_are_left_out,
                transactions_are_kept_whole,
                usage_is_counted,
                refused_writes_change_nothing,
                unfit_transactions_are_refused,
                credits_are_rolled_back,
                any_number_is_written_at_once,
            }
            credit_reservations {
                reservations_are_kept,
                overdue_reservations_are_found,
                overdue_reservations_come_a_hundred_at_once,
                reservation_of_a_deleted_account_lapses,
                held_credits_expire_when_they_return,
            }
            credit_refunds {
                spent_transactions_are_told,
                used_up_grants_come_with_their_refund,
                what_was_given_back_is_not_left,
                refunds_go_where_they_came_from,
            }
            credit_quotas {
                quotas_are_kept,
                stranger_gets_no_quota,
                quota_goes_with_the_membership,
                power_is_told_with_the_quota,
                last_activity_is_told_with_the_quota,
                quota_binds_until_its_period_is_over,
            }
            credit_budgets {
                budgets_are_kept,
                no_budget_without_workspace,
                budgets_count_all_members,
                budget_binds_until_its_period_is_over,
                budget_goes_with_the_workspace,
            }
            credit_reading {
                filters_find_transactions,
                transaction_pages_are_stable,
                usage_lists_every_member,
            }
            credit_lists {
                long_ledgers_are_listed,
            }
            credit_answers {
                credit_answers_are_kept,
                credit_requests_are_answered_once,
                credit_answers_are_not_forgotten,
                credit_answers_keep_nobody,
            }
            credit_work {
                credit_work_is_lasting,
                credit_work_changes_nothing_where_it_fails,
            }
            credit_workspaces {
                ties_are_told_with_workspaces,
                ties_go_with_membership_and_workspace,
                spends_for_a_workspace_are_counted,
                workspace_counts_stay_above_zero,
                workspace_counts_outlive_workspace_and_account,
            }
            credit_kept {
                named_grants_are_told,
                everything_beside_the_ledger_is_kept,
                every_open_reservation_is_kept,
                kept_credits_are_rebuilt,
            }
            credit_model {
                random_orders_come_out_as_on_the_model,
            }
            credit_tenants {
                foreign_credits_are_not_seen,
                ledger_outlives_people_and_workspaces,
                credits_go_with_the_organization,
            }
        }
    };
}
