//! Giving, spending and giving back, one request after the other.

use guildhall_app::credits::{Cost, NewGrant, Spending};
use guildhall_app::{AppError, Conflict, ListRequest, OrganizationRef};
use guildhall_domain::audit::AuditAction;
use guildhall_domain::blueprint::{Blueprint, DefaultWorkspaceAccess};
use guildhall_domain::credits::{Amount, CreditPool, GrantTerms};
use guildhall_domain::policy::Denied;
use guildhall_domain::{Description, LimitName, Permission};
use guildhall_ports::store::CreditTransactionFilter;
use time::Duration;
use uuid::Uuid;

use super::{Pool, amount, key, new_key, quota, repeated, spending};
use crate::workspaces::{named, workspace};
use crate::world::{Person, World};

/// M-20, M-29: one pool for everybody, and never more than is in it.
#[tokio::test]
async fn a_pool_is_shared_and_never_overdrawn() {
    let pool = Pool::of(100).await;
    let bob = pool.member("Bob").await;
    assert_eq!(pool.spend(&pool.owner, 60).await.unwrap().balance, 40);
    let refused = pool.spend(&bob, 41).await;
    assert_eq!(refused, Err(AppError::CreditsNotCovered { requested: 41, balance: Some(40), quotas: vec![] }));
    assert_eq!(pool.spend(&bob, 40).await.unwrap().balance, 0);
    assert_eq!((pool.balance().await, pool.used(&bob).await), ((0, 0), (40, 40)));
    assert_eq!(pool.verify().await, 3);
}

/// M-22: the blueprint knows what things cost.
#[tokio::test]
async fn operations_have_prices() {
    let mut blueprint = Blueprint::default();
    blueprint.credits.operations.insert(LimitName::parse("generation").unwrap(), 7);
    let pool = Pool::in_world(World::with_blueprint(blueprint), 10).await;
    let operation = |name: &str| Spending { cost: Cost::Operation(name.to_owned()), ..spending(1) };
    assert_eq!(pool.spend_as(&pool.owner.caller, operation("generation"), &new_key()).await.unwrap().amount, 7);
    let AppError::Invalid(fields) = pool.spend_as(&pool.owner.caller, operation("x"), &new_key()).await.unwrap_err()
    else {
        panic!()
    };
    assert_eq!((fields[0].pointer.as_ref(), fields[0].code), ("/operation", "unknown_operation"));
    assert_eq!(pool.balance().await, (3, 0));
}

/// Grants burn by priority, then expiry, then age; what is not spent in time leaves by an entry.
#[tokio::test]
async fn grants_burn_in_order_and_expire() {
    let pool = Pool::of(0).await;
    let now = pool.world.guildhall_now();
    let until = |hours, priority| GrantTerms {
        expires_at: Some(now + Duration::hours(hours)),
        priority,
        ..GrantTerms::of(amount(10))
    };
    for terms in [GrantTerms::of(amount(10)), until(5, 100), until(2, 100), until(9, 1)] {
        pool.grant(terms).await.unwrap();
    }
    pool.spend(&pool.owner, 25).await.unwrap();
    let left = pool.world.guildhall.credit_balance(&pool.owner.caller, pool.at).await.unwrap().grants;
    let left: Vec<_> = left.iter().map(|grant| (grant.terms.expires_at, grant.available)).collect();
    assert_eq!(left, [(Some(now + Duration::hours(5)), 5), (None, 10)]);
    pool.wait(Duration::hours(6));
    assert_eq!(pool.balance().await, (10, 0));
    assert_eq!(pool.verify().await, 6, "four grants, one spend, and what expired");
    let past = GrantTerms { expires_at: Some(now), ..GrantTerms::of(amount(1)) };
    assert!(matches!(pool.grant(past).await, Err(AppError::Invalid(fields)) if fields[0].code == "in_the_past"));
}

/// Nothing is edited: a correction is another transaction, which names what it reverses.
#[tokio::test]
async fn corrections_are_reversals() {
    let pool = Pool::of(100).await;
    let bob = pool.member("Bob").await;
    let spent = pool.spend(&bob, 30).await.unwrap();
    let guildhall = &pool.world.guildhall;
    let reason = Some(Description::parse("failed").unwrap());
    let refund = |who: guildhall_app::Caller, text: &str| {
        let (key, reason) = (key(text), reason.clone());
        async move { guildhall.refund_credits(&who, pool.at, spent.transaction_id, reason, &key).await }
    };
    let denied = refund(bob.caller.clone(), "r").await;
    assert_eq!(denied, Err(AppError::Denied(Denied::Forbidden(Permission::BillingManage))));
    let refunded = refund(pool.owner.caller.clone(), "r").await.unwrap();
    assert_eq!((refunded.amount, refunded.balance), (30, 100));
    assert_eq!(refund(pool.owner.caller.clone(), "r").await.unwrap(), repeated(&refunded));
    let again = refund(pool.owner.caller.clone(), "s").await;
    assert_eq!(again, Err(Conflict::AlreadyRefunded.into()));
    assert_eq!(pool.used(&bob).await, (0, 0));

    let (all, first) = (CreditTransactionFilter::default(), ListRequest::default());
    let page = guildhall.list_credit_transactions(&pool.owner.caller, pool.at, &all, &first);
    let newest = page.await.unwrap().items.remove(0);
    assert_eq!((newest.reverses, newest.reason), (Some(spent.transaction_id), reason));
    let grant = newest.movement.entries[0].grant;
    let revoked = guildhall.revoke_grant(&pool.owner.caller, pool.at, grant, None, &new_key()).await.unwrap();
    assert_eq!((revoked.amount, revoked.balance, revoked.grant_id), (100, 0, Some(grant)));
    let empty = guildhall.revoke_grant(&pool.owner.caller, pool.at, grant, None, &new_key()).await;
    assert_eq!(empty, Err(Conflict::CreditGrantEmpty.into()));
    let log = pool.world.log(&pool.owner).await;
    let done = |action| log.iter().filter(|record| record.event.action == action && record.event.success).count();
    let audited = [AuditAction::GrantCredits, AuditAction::RefundCredits, AuditAction::RevokeCredits].map(done);
    assert_eq!(audited, [1, 1, 1], "once, however often it was sent");
    pool.verify().await;
}

/// R-IDEM-1, R-IDEM-2, R-LED-4.
#[tokio::test]
async fn a_request_is_carried_out_once() {
    let pool = Pool::of(100).await;
    let bob = pool.member("Bob").await;
    let first = pool.spend_as(&bob.caller, spending(10), &key("a")).await.unwrap();
    pool.wait(Duration::days(400));
    let again = pool.spend_as(&bob.caller, spending(10), &key("a")).await.unwrap();
    assert_eq!(again, repeated(&first), "as long as the ledger");
    assert_eq!(pool.spend_as(&bob.caller, spending(11), &key("a")).await, Err(AppError::IdempotencyKeyReused));
    let anothers = pool.spend_as(&pool.owner.caller, spending(10), &key("a")).await.unwrap();
    assert_ne!(anothers.transaction_id, first.transaction_id);
    assert_eq!(pool.balance().await, (80, 0));

    // What was refused was not carried out: it can be, once there is enough.
    assert!(pool.spend_as(&bob.caller, spending(81), &key("b")).await.is_err());
    pool.grant(GrantTerms::of(amount(1))).await.unwrap();
    assert_eq!(pool.spend_as(&bob.caller, spending(81), &key("b")).await.unwrap().balance, 0);
}

#[tokio::test]
async fn a_pool_holds_what_numbers_can() {
    let pool = Pool::of(Amount::MAX).await;
    assert_eq!(pool.grant(GrantTerms::of(amount(1))).await, Err(Conflict::CreditPoolFull.into()));
    pool.spend(&pool.owner, Amount::MAX).await.unwrap();
    assert_eq!(pool.balance().await, (0, 0));
    pool.verify().await;
}

/// R-TEN-2, N-15: who may, for whom, and what is not there for them.
#[tokio::test]
async fn who_may_spend() {
    let pool = Pool::of(100).await;
    let (bob, eve) = (pool.member("Bob").await, pool.world.register("Eve").await);
    let guildhall = &pool.world.guildhall;
    let by = |who: Uuid| Spending { member: Some(who), ..spending(1) };
    let (olga_id, bob_id) = (pool.owner.caller.actor.user_id.uuid(), bob.caller.actor.user_id.uuid());
    let eve_id = eve.caller.actor.user_id.uuid();

    let stranger = pool.spend(&eve, 1).await;
    assert!(matches!(stranger, Err(AppError::NotFound { .. })), "{stranger:?}");
    let for_olga = pool.spend_as(&bob.caller, by(olga_id), &new_key()).await;
    assert_eq!(for_olga, Err(AppError::Denied(Denied::Forbidden(Permission::BillingManage))));
    let member = guildhall.member(&pool.owner.caller, pool.at, bob_id).await.unwrap().membership.id;
    pool.spend_as(&bob.caller, by(member.uuid()), &new_key()).await.unwrap();
    pool.spend_as(&pool.owner.caller, by(member.uuid()), &new_key()).await.unwrap();
    assert_eq!(pool.used(&bob).await, (2, 2));
    let unknown = pool.spend_as(&pool.owner.caller, by(eve_id), &new_key()).await;
    assert!(matches!(unknown, Err(AppError::Invalid(fields)) if fields[0].code == "unknown_member"));
    let root = pool.world.superadmin("Root").await;
    let outside = pool.spend(&root, 1).await;
    assert!(matches!(outside, Err(AppError::Invalid(fields)) if fields[0].pointer == "/member"));
    pool.spend_as(&root.caller, by(bob_id), &new_key()).await.unwrap();
    let grant = NewGrant { terms: GrantTerms::of(amount(5)), reason: None };
    guildhall.grant_credits(&root.caller, pool.at, &grant, &new_key()).await.unwrap();
    let denied = guildhall.grant_credits(&bob.caller, pool.at, &grant, &new_key()).await;
    assert_eq!(denied, Err(AppError::Denied(Denied::Forbidden(Permission::BillingManage))));
    let log = pool.world.log(&pool.owner).await;
    assert!(log.iter().filter(|record| record.event.action == AuditAction::AccessDenied).count() >= 4);
    assert_eq!(pool.balance().await, (102, 0));
}

/// What is spent for a workspace is spent by who may write in it.
#[tokio::test]
async fn spending_for_a_workspace() {
    let mut blueprint = Blueprint::default();
    blueprint.workspace_kinds.0[0].default_access = DefaultWorkspaceAccess::None;
    let pool = Pool::in_world(World::with_blueprint(blueprint), 100).await;
    let bob = pool.member("Bob").await;
    let guildhall = &pool.world.guildhall;
    let closed = workspace(&pool.world, &pool.owner, pool.at, "Closed").await;
    let mine = guildhall.create_workspace(&bob.caller, pool.at, &named("Mine")).await.unwrap().workspace.id;
    let eve = pool.world.register("Eve").await;
    let foreign = workspace(&pool.world, &eve, OrganizationRef::Id(eve.organization), "Foreign").await;
    let into = |workspace| Spending { workspace_id: Some(workspace), ..spending(3) };
    pool.spend_as(&bob.caller, into(mine), &new_key()).await.unwrap();
    let denied = pool.spend_as(&bob.caller, into(closed), &new_key()).await;
    assert!(matches!(denied, Err(AppError::Denied(Denied::WorkspaceDenied { .. }))), "{denied:?}");
    let unknown = pool.spend_as(&bob.caller, into(foreign), &new_key()).await;
    assert!(matches!(unknown, Err(AppError::Invalid(fields)) if fields[0].code == "unknown_workspace"));
    pool.set_quota(&bob, quota(4, 0)).await;
    let over = pool.spend_as(&bob.caller, into(mine), &new_key()).await;
    assert!(matches!(over, Err(AppError::CreditsNotCovered { balance: None, .. })));
    assert_eq!(pool.balance().await, (97, 0));
}

/// Who does nothing but spend was here all the same (C-12): noted at most once in five minutes.
#[tokio::test]
async fn spending_is_activity() {
    let pool = Pool::of(100).await;
    let bob = pool.member("Bob").await;
    let seen = async |who: &Person| {
        let id = who.caller.actor.user_id.uuid();
        let found = pool.world.guildhall.member(&pool.owner.caller, pool.at, id).await.unwrap();
        found.membership.last_active_at
    };
    let now = || pool.world.guildhall_now();
    assert_eq!(seen(&bob).await, None);
    assert!(pool.spend(&bob, 101).await.is_err());
    assert_eq!(seen(&bob).await, None, "a refusal changes nothing");
    let first = now();
    pool.spend(&bob, 1).await.unwrap();
    assert_eq!(seen(&bob).await, Some(first));
    pool.wait(Duration::minutes(4));
    pool.spend(&bob, 1).await.unwrap();
    assert_eq!(seen(&bob).await, Some(first));
    pool.wait(Duration::minutes(2));
    let of_bob = Spending { member: Some(bob.caller.actor.user_id.uuid()), ..spending(1) };
    pool.spend_as(&pool.owner.caller, of_bob, &new_key()).await.unwrap();
    assert_eq!(seen(&bob).await, Some(first), "who had others spend for them was not");
    let again = now();
    pool.reserve(&bob, 1, Duration::minutes(1)).await.unwrap();
    assert_eq!(seen(&bob).await, Some(again));
}

/// What was answered stays answered, whatever has changed since (R-IDEM-1).
#[tokio::test]
async fn whatever_has_changed_since() {
    let mut blueprint = Blueprint::default();
    blueprint.credits.operations.insert(LimitName::parse("generation").unwrap(), 7);
    let pool = Pool::in_world(World::with_blueprint(blueprint), 100).await;
    let bob = pool.member("Bob").await;
    let generation = || Spending { cost: Cost::Operation("generation".to_owned()), ..spending(1) };
    let membership = pool.world.guildhall.member(&pool.owner.caller, pool.at, bob.caller.actor.user_id.uuid()).await;
    let for_bob = || Spending { member: Some(membership.as_ref().unwrap().membership.id.uuid()), ..generation() };
    let first = pool.spend_as(&bob.caller, generation(), &key("a")).await.unwrap();
    let second = pool.spend_as(&pool.owner.caller, for_bob(), &key("b")).await.unwrap();
    let guildhall = &pool.world.guildhall;
    let id = bob.caller.actor.user_id.uuid();
    guildhall.remove_member(&pool.owner.caller, pool.at, id, &guildhall_app::Precondition::None).await.unwrap();

    let world = pool.world.reopened(guildhall_app::Settings::new(Blueprint::default()));
    let again = world.guildhall.consume_credits(&bob.caller, pool.at, &generation(), &key("a")).await;
    assert_eq!(again, Ok(repeated(&first)));
    let again = world.guildhall.consume_credits(&pool.owner.caller, pool.at, &for_bob(), &key("b")).await;
    assert_eq!(again, Ok(repeated(&second)));
    let new = world.guildhall.consume_credits(&bob.caller, pool.at, &generation(), &key("c")).await;
    assert!(matches!(new, Err(AppError::NotFound { .. })), "{new:?}");
}

/// A pool holds so many grants as a spend can read.
#[tokio::test]
async fn not_any_number_of_grants() {
    let pool = Pool::of(0).await;
    for _ in 0..CreditPool::MOST_GRANTS {
        pool.grant(GrantTerms::of(amount(1))).await.unwrap();
    }
    assert_eq!(pool.grant(GrantTerms::of(amount(1))).await, Err(Conflict::TooManyCreditGrants.into()));
    pool.spend(&pool.owner, 1).await.unwrap();
    pool.grant(GrantTerms::of(amount(1))).await.unwrap();
    assert_eq!(pool.balance().await, (1_000, 0));
}
