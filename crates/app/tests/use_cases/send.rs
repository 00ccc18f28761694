//! Use cases run on any executor: their futures are `Send`.

use guildhall_app::account::ProfileChanges;
use guildhall_app::organization::OrganizationChanges;
use guildhall_app::{Caller, Guildhall, ListRequest, OrganizationRef, Precondition, RequestContext};

fn sendable<T: Send>(future: T) -> T {
    future
}

#[allow(dead_code, reason = "it is enough that it compiles")]
async fn futures_are_send(guildhall: Guildhall, caller: Caller) {
    let _ = sendable(guildhall.authenticate("", RequestContext::default())).await;
    let _ = sendable(guildhall.me(&caller)).await;
    let _ = sendable(guildhall.list_my_organizations(&caller, &ListRequest::default())).await;
    let _ = sendable(guildhall.update_profile(&caller, ProfileChanges::default(), &Precondition::None)).await;
    let organization = OrganizationRef::Active;
    let changes = OrganizationChanges::default();
    let _ = sendable(guildhall.update_organization(&caller, organization, changes, &Precondition::None)).await;
    let _ = sendable(guildhall.delete_organization(&caller, organization, "")).await;
    let _ = sendable(guildhall.delete_account(&caller)).await;
    let _ = sendable(guildhall.verify_all_audit_logs(|_| {})).await;
}
