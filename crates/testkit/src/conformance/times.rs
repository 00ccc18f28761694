//! Times are kept to the microsecond.

use std::sync::Arc;

use guildhall_domain::audit::AuditAction;
use guildhall_domain::{Limit, MemberRole, Timestamp};
use guildhall_ports::store::Store;
use time::macros::datetime;

use crate::fixtures::Fixture;

/// Last digits, the ends of a second, a leap day, before the epoch, far ahead.
const TIMES: [Timestamp; 7] = [
    datetime!(2026-01-02 03:04:05.000001 UTC),
    datetime!(2026-01-02 03:04:05.999999 UTC),
    datetime!(2026-12-31 23:59:59.999999 UTC),
    datetime!(2028-02-29 00:00:00 UTC),
    datetime!(2026-03-29 01:30:00.123456 UTC),
    datetime!(1969-12-31 23:59:59.654321 UTC),
    datetime!(9999-12-31 23:59:59.999999 UTC),
];

/// Every time that a row has comes back as it was given.
pub async fn times_are_kept_to_the_microsecond(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let owner = f.seed_user("owner@acme.example").await;
    for (n, at) in TIMES.into_iter().enumerate() {
        let mut user = f.user(&format!("user{n}@acme.example"));
        (user.created_at, user.updated_at, user.disabled_at) = (at, at, Some(at));
        user.email_verified_at = Some(at);
        f.write_user(user.id, async |unit| unit.insert_user(&user, &f.password("secret")).await).await;
        assert_eq!(f.stored_user(user.id).await, user);

        let mut session = f.session(user.id);
        (session.created_at, session.last_seen_at, session.expires_at) = (at, at, at);
        f.write_user(user.id, async |unit| unit.insert_session(&session).await).await;
        let holder = f.store.authenticate(session.token_digest).await.unwrap().unwrap();
        assert_eq!((holder.last_seen_at, holder.expires_at), (at, at));

        let mut organization = f.organization(&format!("Organization {n}"));
        (organization.created_at, organization.updated_at) = (at, at);
        let id = organization.id;
        f.write(id, async |unit| {
            unit.insert_organization(&organization).await?;
            unit.add_member(&f.membership(id, owner.id, MemberRole::Owner), Limit::Unlimited).await
        })
        .await;
        assert_eq!(f.stored_organization(id).await.created_at, at);

        let mut membership = f.membership(id, user.id, MemberRole::Member);
        (membership.created_at, membership.updated_at, membership.last_active_at) = (at, at, Some(at));
        f.write(id, async |unit| unit.add_member(&membership, Limit::Unlimited).await).await;
        assert_eq!(f.stored_membership(&membership).await, membership);

        let mut role = f.role(id, "Auditor", &[]);
        (role.created_at, role.updated_at) = (at, at);
        f.write(id, async |unit| unit.insert_role(&role).await).await;
        assert_eq!(f.read(id, async |unit| unit.role(role.id).await).await, Some(role));

        let mut invitation = f.invitation(id, "invited@acme.example", None);
        (invitation.created_at, invitation.updated_at, invitation.expires_at) = (at, at, at);
        f.write(id, async |unit| unit.insert_invitation(&invitation).await).await;
        let found = f.read_platform(async |unit| unit.invitation_by_token(invitation.token_digest).await).await;
        assert_eq!(found, Some(invitation));

        let mut claim = f.verified(&f.claim(id, &format!("acme{n}.example")));
        (claim.created_at, claim.updated_at) = (at, at);
        (claim.checked_at, claim.verified_at) = (Some(at), Some(at));
        f.write(id, async |unit| unit.insert_domain(&claim).await).await;
        assert_eq!(f.read(id, async |unit| unit.domain(claim.id).await).await, Some(claim));

        let asking = f.seed_user(&format!("asking{n}@acme.example")).await;
        let mut request = f.join_request(id, &asking);
        request.created_at = at;
        f.write(id, async |unit| unit.insert_join_request(&request).await).await;
        assert_eq!(f.read(id, async |unit| unit.join_request(request.id).await).await, Some(request));

        let mut link = f.email_verification(user.id);
        (link.created_at, link.expires_at) = (at, at);
        f.write_user(user.id, async |unit| unit.set_email_verification(&link).await).await;
        assert_eq!(f.read_user(user.id, async |unit| unit.email_verification().await).await, Some(link));

        let mail = f.mail(Some(id), "invited@acme.example", at);
        f.write(id, async |unit| unit.queue_mail(&mail).await).await;
        assert_eq!(f.read_platform(async |unit| unit.next_mail_due().await).await, Some(at));
        let claimed = f.write_platform(async |unit| unit.claim_mail(at, at, 1).await).await;
        assert_eq!(claimed[0].mail, mail);
        f.write_platform(async |unit| unit.postpone_mail(mail.id, at).await).await;
        assert_eq!(f.read_platform(async |unit| unit.next_mail_due().await).await, Some(at));
        f.write_platform(async |unit| unit.delete_mail(mail.id).await).await;

        let mut event = f.event(Some(id), AuditAction::AddUserToOrg, &owner);
        event.occurred_at = at;
        let record = f.write(id, async |unit| unit.append_audit(&event).await).await;
        assert_eq!(f.state(id).await.records, [record]);

        f.store.touch_session(session.id, at).await.unwrap();
        f.store.touch_member(id, owner.id, at).await.unwrap();
        let opened = f.read(id, async |unit| unit.open(owner.id).await).await.unwrap();
        assert_eq!(opened.member.unwrap().last_active_at, Some(at));
    }
}
