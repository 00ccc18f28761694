//! The mails that wait to be sent: queued with the change, claimed by one sender at a time.

use std::sync::Arc;

use guildhall_domain::{OrganizationId, Timestamp};
use guildhall_ports::QueuedMail;
use guildhall_ports::store::{ClaimedMail, Mode, Store};
use time::Duration;

use crate::fixtures::Fixture;

async fn claim(f: &Fixture, now: Timestamp, lease: Timestamp, limit: u16) -> Vec<ClaimedMail> {
    f.write_platform(async |unit| unit.claim_mail(now, lease, limit).await).await
}

async fn next_due(f: &Fixture) -> Option<Timestamp> {
    f.read_platform(async |unit| unit.next_mail_due().await).await
}

async fn queue(f: &Fixture, organization: OrganizationId, due_at: Timestamp) -> QueuedMail {
    let mail = f.mail(Some(organization), "bob@acme.example", due_at);
    f.write(organization, async |unit| unit.queue_mail(&mail).await).await;
    mail
}

fn tried(mail: &QueuedMail, attempt: u32) -> ClaimedMail {
    ClaimedMail { mail: mail.clone(), attempt }
}

/// A mail is kept as it was given, to the last byte, on behalf of an organization or of an account.
pub async fn queued_mail_is_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    assert_eq!(next_due(&f).await, None);
    let all_bytes: Vec<u8> = (0..=255).collect();
    let ours =
        QueuedMail { sealed: all_bytes.repeat(64), ..f.mail(Some(organization.id), "Bob@acme.example", f.now()) };
    let own = QueuedMail { sealed: vec![0, 255, 0], ..f.mail(None, "owner@acme.example", f.now()) };
    f.write(organization.id, async |unit| unit.queue_mail(&ours).await).await;
    f.write_user(owner.id, async |unit| unit.queue_mail(&own).await).await;
    assert_eq!(next_due(&f).await, Some(ours.created_at));
    let now = f.now();
    assert_eq!(claim(&f, now, now + Duration::minutes(1), 10).await, [tried(&ours, 1), tried(&own, 1)]);
}

/// What is rolled back or dropped sends nothing; what fails together is queued together.
pub async fn only_a_commit_queues_mail(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let now = f.now();
    let mut unit = f.begin(organization.id).await;
    unit.queue_mail(&f.mail(Some(organization.id), "bob@acme.example", now)).await.unwrap();
    unit.rollback().await.unwrap();
    let mut unit = f.begin_user(owner.id).await;
    unit.queue_mail(&f.mail(None, "owner@acme.example", now)).await.unwrap();
    drop(unit);
    let result = f
        .try_write(organization.id, async |unit| {
            unit.insert_invitation(&f.invitation(organization.id, "bob@acme.example", None)).await?;
            unit.queue_mail(&f.mail(Some(organization.id), "bob@acme.example", now)).await?;
            unit.insert_invitation(&f.invitation(organization.id, "bob@acme.example", None)).await
        })
        .await;
    assert!(result.is_err());
    assert_eq!(next_due(&f).await, None);
    assert_eq!(claim(&f, now + Duration::days(1), now + Duration::days(2), 10).await, []);
}

/// Only what is due is claimed, the longest due first, and no more than asked for.
pub async fn due_mail_is_claimed_oldest_first(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let now = f.now();
    let second = Duration::seconds(1);
    // Queued in another order than they are due.
    let mut mails = Vec::new();
    for due_at in [now, now - second * 3, now + Duration::microseconds(1), now - second, now - second * 2] {
        mails.push(queue(&f, organization.id, due_at).await);
    }
    let [last, first, future, third, second_due] = mails.try_into().unwrap();
    assert_eq!(next_due(&f).await, Some(first.created_at));
    let lease = now + Duration::minutes(5);
    assert_eq!(claim(&f, now - second * 4, lease, 10).await, []);
    assert_eq!(claim(&f, now, lease, 2).await, [tried(&first, 1), tried(&second_due, 1)]);
    assert_eq!(claim(&f, now, lease, 10).await, [tried(&third, 1), tried(&last, 1)]);
    assert_eq!(claim(&f, now, lease, 10).await, []);
    assert_eq!(next_due(&f).await, Some(future.created_at));
    assert_eq!(claim(&f, future.created_at, lease, 10).await, [tried(&future, 1)]);
    assert_eq!(next_due(&f).await, Some(lease), "what is claimed is due again when the lease is over");
}

/// Who claimed a mail has it until the lease is over; then it is due again, and the attempts count up.
pub async fn lease_keeps_mail_from_others(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mail = queue(&f, organization.id, f.now()).await;
    let mut now = mail.created_at;
    let instant = Duration::microseconds(1);
    for attempt in 1..=4 {
        let lease = now + Duration::minutes(1);
        assert_eq!(claim(&f, now, lease, 10).await, [tried(&mail, attempt)]);
        assert_eq!(claim(&f, now, lease, 10).await, []);
        assert_eq!(claim(&f, lease - instant, lease + Duration::minutes(1), 10).await, []);
        now = lease;
    }
}

/// A claim that is rolled back took nothing, and is no attempt.
pub async fn rolled_back_claim_takes_nothing(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mail = queue(&f, organization.id, f.now()).await;
    let now = mail.created_at;
    let lease = now + Duration::minutes(1);
    for _ in 0..2 {
        let mut unit = f.store.begin_platform(Mode::Write).await.unwrap();
        assert_eq!(unit.claim_mail(now, lease, 10).await.unwrap(), [tried(&mail, 1)]);
        unit.rollback().await.unwrap();
    }
    assert_eq!(claim(&f, now, lease, 10).await, [tried(&mail, 1)]);
}

/// A mail that did not go is put off, without losing count.
pub async fn mail_is_put_off(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let mail = queue(&f, organization.id, f.now()).await;
    let other = queue(&f, organization.id, mail.created_at + Duration::days(1)).await;
    let now = mail.created_at;
    let lease = now + Duration::hours(1);
    assert_eq!(claim(&f, now, lease, 10).await, [tried(&mail, 1)]);
    // Before the lease is over, and after it.
    for (attempt, at) in [(2, now + Duration::seconds(30)), (3, lease + Duration::hours(1))] {
        f.write_platform(async |unit| unit.postpone_mail(mail.id, at).await).await;
        assert_eq!(next_due(&f).await, Some(at));
        assert_eq!(claim(&f, at - Duration::microseconds(1), at, 10).await, []);
        assert_eq!(claim(&f, at, lease, 10).await, [tried(&mail, attempt)]);
    }
    // One that is gone is no error, and does not come back.
    f.write_platform(async |unit| unit.delete_mail(mail.id).await).await;
    f.write_platform(async |unit| unit.postpone_mail(mail.id, now).await).await;
    assert_eq!(next_due(&f).await, Some(other.created_at));
}

/// A mail that was sent is deleted; telling it twice is no error, and no other goes with it.
pub async fn sent_mail_is_deleted(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (sent, waiting) = (queue(&f, organization.id, f.now()).await, queue(&f, organization.id, f.now()).await);
    let now = f.now();
    let lease = now + Duration::minutes(1);
    assert_eq!(claim(&f, now, lease, 1).await, [tried(&sent, 1)]);
    for _ in 0..2 {
        f.write_platform(async |unit| unit.delete_mail(sent.id).await).await;
    }
    f.write_platform(async |unit| unit.delete_mail(f.id()).await).await;
    assert_eq!(claim(&f, lease, lease, 10).await, [tried(&waiting, 1)]);
}

/// With the organization its mails go, claimed or not; others' stay.
pub async fn mail_goes_with_the_organization(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let now = f.now();
    queue(&f, organization.id, now - Duration::seconds(2)).await;
    queue(&f, organization.id, now).await;
    let others = queue(&f, other.id, now).await;
    let own = f.mail(None, "owner@acme.example", now + Duration::seconds(1));
    f.write_user(owner.id, async |unit| unit.queue_mail(&own).await).await;
    assert_eq!(claim(&f, now, now + Duration::minutes(1), 1).await.len(), 1);
    f.write(organization.id, async |unit| unit.delete_organization().await).await;
    let later = now + Duration::days(1);
    assert_eq!(claim(&f, later, later, 10).await, [tried(&others, 1), tried(&own, 1)]);
}

/// No organization sends on behalf of another.
pub async fn foreign_mail_is_not_queued(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (_, organization) = f.seed_owned("Acme").await;
    let (_, other) = f.seed_owned("Beta").await;
    let now = f.now();
    let foreign = f.mail(Some(other.id), "bob@acme.example", now);
    assert!(f.try_write(organization.id, async |unit| unit.queue_mail(&foreign).await).await.is_err());
    assert_eq!(next_due(&f).await, None);
}
