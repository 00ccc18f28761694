//! Use cases run on any executor: their futures are `Send`.

use guildhall_app::account::ProfileChanges;
use guildhall_app::invitation::InvitationRef;
use guildhall_app::member::{AccessAsked, AccountRef, AddMember};
use guildhall_app::organization::OrganizationChanges;
use guildhall_app::role::RoleRef;
use guildhall_app::{Caller, Guildhall, ListRequest, OrganizationRef, Precondition, RequestContext, SecretString};
use guildhall_domain::credits::CreditQuota;

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
    let nobody = AddMember {
        account: AccountRef::Id(caller.actor.user_id),
        role: RoleRef::Default,
        access: AccessAsked::default(),
    };
    let _ = sendable(guildhall.add_member(&caller, organization, nobody)).await;
    let received = InvitationRef::Received(uuid::Uuid::nil().into());
    let _ = sendable(guildhall.accept_invitation(&caller, &received)).await;
    let _ = sendable(guildhall.verify_email(&caller, &SecretString::from(""))).await;
    let _ = sendable(guildhall.deliver_mail()).await;
    let _ = sendable(guildhall.verify_all_audit_logs(|_| {})).await;
    let _ = sendable(guildhall.verify_all_credits(|_| {})).await;
    let _ = sendable(guildhall.rebuild_all_credits(|_| {})).await;
    let _ = sendable(guildhall.credit_balance(&caller, organization)).await;
    let workspace = uuid::Uuid::nil().into();
    let _ = sendable(guildhall.workspace_budget(&caller, organization, workspace)).await;
    let _ = sendable(guildhall.set_workspace_budget(&caller, organization, workspace, CreditQuota::default())).await;
}
