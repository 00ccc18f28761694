//! What a user who is not in an organization sees of it, and who sees mails.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{OrganizationId, User};
use support::tenants::{Tenants, two_tenants};

/// The organizations that a user's transaction sees.
async fn organizations(t: &Tenants, user: &User) -> Vec<String> {
    t.begin("app.user_id", user.id).await;
    let rows = t.client.query("SELECT id::text FROM organizations ORDER BY id", &[]).await.unwrap();
    rows.into_iter().map(|row| row.get(0)).collect()
}

/// Nothing that is on offer counts as a place: neither in the list nor by id.
async fn has_no_place(t: &Tenants, user: &User, offered: OrganizationId) {
    let listed =
        t.fixture.read_user(user.id, async |unit| unit.list_organizations(&PageRequest::first(PageSize::MAX)).await);
    assert!(listed.await.items.is_empty());
    let found = t.fixture.read_user(user.id, async |unit| unit.organization(offered).await);
    assert!(found.await.is_none());
}

/// R-RLS-1, C-111: pending invitations to one's own address, with their organizations; not another's, none that
/// was taken back.
#[tokio::test]
async fn who_is_invited_sees_the_invitations() {
    let t = two_tenants().await;
    let (acme, globex) = (t.first.1.id, t.second.1.id);
    let guest = t.fixture.seed_user("guest@elsewhere.example").await;
    assert_eq!(organizations(&t, &guest).await, [acme.to_string(), globex.to_string()]);
    t.sees(&[("organizations", 2), ("invitations", 2)]).await;
    assert_eq!(t.count("invitations WHERE email <> 'guest@elsewhere.example'").await, 0);
    has_no_place(&t, &guest, acme).await;
    for change in ["UPDATE invitations SET role = 'owner'", "DELETE FROM invitations"] {
        t.begin("app.user_id", guest.id).await;
        assert_eq!(t.changes(change).await, 0, "{change}");
    }

    let revoked = t.fixture.seed_user("revoked@elsewhere.example").await;
    t.begin("app.user_id", revoked.id).await;
    t.sees(&[]).await;
}

/// N-13, N-14: the verified domain of one's own address, and whose it is; no
/// sub-domain of it, no other domain, and nobody's claim.
#[tokio::test]
async fn who_has_an_address_at_a_domain_sees_whose_it_is() {
    let t = two_tenants().await;
    let acme = t.first.1.id;
    let new = t.fixture.seed_user("new@acme.example").await;
    assert_eq!(organizations(&t, &new).await, [acme.to_string()]);
    t.sees(&[("organizations", 1), ("organization_domains", 1)]).await;
    has_no_place(&t, &new, acme).await;
    assert_eq!(t.changes("UPDATE organization_domains SET enrolment = 'automatic'").await, 0);

    for stranger in
        ["new@sub.acme.example", "new@notacme.example", "\"a@acme.example\"@x.example", "new@elsewhere.example"]
    {
        let stranger = t.fixture.seed_user(stranger).await;
        t.begin("app.user_id", stranger.id).await;
        t.sees(&[]).await;
    }
}

/// One's own request to join, and where.
#[tokio::test]
async fn who_asked_to_join_sees_the_request() {
    let t = two_tenants().await;
    let (acme, globex) = (t.first.1.id, t.second.1.id);
    let new = t.fixture.seed_user("new@nowhere.example").await;
    t.fixture.seed_join_request(acme, &new).await;
    assert_eq!(organizations(&t, &new).await, [acme.to_string()]);
    t.sees(&[("organizations", 1), ("join_requests", 1)]).await;
    assert_eq!(t.count(&format!("join_requests WHERE user_id <> '{}'", new.id)).await, 0);
    has_no_place(&t, &new, acme).await;
    t.begin("app.user_id", new.id).await;
    assert_eq!(t.changes("UPDATE join_requests SET status = 'pending'").await, 0);
    let asking =
        format!("INSERT INTO join_requests VALUES ('{globex}', gen_random_uuid(), '{}', 'pending', now())", new.id);
    assert!(t.refusal(&asking).await.contains("row-level security"), "a request is made inside the organization");
}

/// Whose address left an organization is known inside it only: neither to whoever has the address, nor to the operator.
#[tokio::test]
async fn departures_are_seen_inside_only() {
    let t = two_tenants().await;
    let (acme, globex) = (t.first.1.id, t.second.1.id);
    let addresses = "SELECT email FROM departures ORDER BY email";
    for (organization, address) in [(acme, "former.acme@nowhere.example"), (globex, "former.globex@nowhere.example")] {
        t.begin("app.organization_id", organization).await;
        let rows = t.client.query(addresses, &[]).await.unwrap();
        assert_eq!(rows.into_iter().map(|row| row.get(0)).collect::<Vec<String>>(), [address]);
    }
    let former: String = {
        let find = "SELECT id::text FROM users WHERE email = 'former.acme@nowhere.example'";
        t.client.query_one(find, &[]).await.unwrap().get(0)
    };
    for (setting, value) in [("app.user_id", former.as_str()), ("app.platform", "on")] {
        t.begin(setting, value).await;
        assert_eq!(t.count("departures").await, 0, "{setting}");
        for change in ["UPDATE departures SET departed_at = now()", "DELETE FROM departures"] {
            assert_eq!(t.changes(change).await, 0, "{setting}: {change}");
        }
        let noting = format!("INSERT INTO departures VALUES ('{acme}', 'x@y.example', now())");
        assert!(t.refusal(&noting).await.contains("row-level security"), "{setting}");
    }
}

/// A mail is put in on behalf of the organization or account that is stated; only its sender sees, changes or removes it.
#[tokio::test]
async fn only_the_sender_sees_mails() {
    let t = two_tenants().await;
    let (user, acme) = (t.first.0.id, t.first.1.id);
    let globex = t.second.1.id;
    let mail = |organization: Option<OrganizationId>| {
        let organization = organization.map_or("NULL".to_owned(), |id| format!("'{id}'"));
        format!(
            "INSERT INTO mail_queue (id, organization_id, recipient, sealed, created_at, due_at, attempts) \
             VALUES (gen_random_uuid(), {organization}, 'x@y.example', '', now(), now(), 0)"
        )
    };
    let inside = ("app.organization_id", acme.to_string());
    let on_account = ("app.user_id", user.to_string());
    let operator = ("app.platform", "on".to_owned());

    for ((setting, value), organization, goes_in) in [
        (&inside, Some(acme), true),
        (&inside, Some(globex), false),
        (&inside, None, false),
        (&on_account, None, true),
        (&on_account, Some(acme), false),
        (&operator, None, false),
        (&operator, Some(acme), false),
    ] {
        t.begin(setting, value).await;
        let statement = mail(organization);
        if goes_in {
            assert_eq!(t.changes(&statement).await, 1, "{setting}: {statement}");
        } else {
            let message = t.refusal(&statement).await;
            assert!(message.contains("row-level security"), "{setting}: {statement}: {message}");
        }
    }
    for (setting, value) in [inside, on_account] {
        t.begin(setting, value).await;
        assert_eq!(t.count("mail_queue").await, 0);
        for change in ["UPDATE mail_queue SET due_at = now()", "DELETE FROM mail_queue"] {
            assert_eq!(t.changes(change).await, 0, "{setting}: {change}");
        }
    }
    t.begin(operator.0, operator.1).await;
    assert_eq!(t.changes("UPDATE mail_queue SET due_at = now()").await, 2);
    assert_eq!(t.changes("DELETE FROM mail_queue").await, 2);
}
