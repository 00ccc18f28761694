/// The cases about ways into an organization, and out of it; see
/// [`storage_conformance_suite`](crate::storage_conformance_suite).
#[doc(hidden)]
#[macro_export]
macro_rules! joining_cases {
    ($factory:expr) => {
        $crate::storage_cases! {
            conformance, $factory,
            invitations {
                new_invitation_is_kept,
                unknown_invitation_is_none,
                one_invitation_is_pending_per_address,
                answered_invitation_makes_room,
                invitation_is_replaced_in_one_unit,
                answered_invitation_cannot_be_pending_beside_another,
                invitation_update_writes_what_is_documented,
                invitation_outlives_its_inviter,
            }
            invitation_pages {
                invitations_come_newest_first,
                invitations_are_listed_by_status,
                invitations_are_listed_by_address,
                invitation_pages_are_stable,
            }
            received_invitations {
                received_invitations_come_oldest_first,
                only_open_invitations_are_received,
                stopped_organizations_are_left_out,
                received_invitations_come_in_pages,
                received_invitation_pages_are_stable,
                received_invitation_is_found_by_id,
                invitations_wait_for_an_account,
                invitation_is_no_membership,
                accepted_invitation_is_no_longer_received,
            }
            domains {
                new_claim_is_kept,
                domain_is_claimed_once_per_organization,
                domain_is_verified_for_one_organization,
                freed_domain_can_be_verified,
                claim_update_writes_what_is_documented,
                absent_claim_is_not_found,
                claims_come_newest_first,
                organization_is_found_by_domain,
            }
            domain_offers {
                verified_domain_offers_its_organization,
                unverified_domain_offers_nothing,
                offer_is_for_the_exact_domain,
                offer_is_no_membership,
            }
            join_requests {
                new_join_request_is_kept,
                user_asks_once_per_organization,
                join_request_shows_the_account_of_today,
                new_member_asks_no_more,
                pending_join_requests_come_newest_first,
                join_request_update_writes_the_status,
                join_request_goes_with_the_account,
            }
            departures {
                departure_is_noted,
                removal_alone_is_no_departure,
                departure_is_forgotten_on_return,
                departure_outlives_the_account,
            }
            revocations {
                invitations_to_and_by_somebody_are_revoked,
                revocation_leaves_the_rest,
                invitations_of_holders_of_a_role_are_revoked,
                revoked_invitations_make_room,
                revocation_needs_no_account,
            }
        }
    };
}
