//! What PostgreSQL does with invitations, domains, requests to join and mails
//! in a database that many use.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use guildhall_testkit::postgres::TestDatabase;
use support::database;
use support::plan::{INSIDE, ON_ACCOUNT, OPERATOR, is_a_range, plan};
use tokio_postgres::Client;

/// 20 organizations that each invited the same 1,000 addresses, by 50 users, and were left by 500 of them; 5,000 users;
/// 20,000 mails.
/// The tables' owner makes them while their policies are not forced.
const CROWD: &str = "\
    CREATE FUNCTION nth(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE \
        AS $$ SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$; \
    ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE invitations NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE departures NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE organization_domains NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE join_requests NO FORCE ROW LEVEL SECURITY; \
    ALTER TABLE mail_queue NO FORCE ROW LEVEL SECURITY; \
    INSERT INTO users (id, email, name, superadmin, created_at, updated_at, version, search_key) \
        SELECT nth(n), format('user%s@company%s.example', n, n % 20), 'x', false, now(), now(), 1, 'x' \
        FROM generate_series(1, 5000) n; \
    INSERT INTO email_verifications SELECT nth(n), sha256(n::text::bytea), now(), now() FROM generate_series(1, 5000) n; \
    INSERT INTO organizations (id, name, name_key, slug, status, plan, users_count, owners_count, workspaces_count, \
            created_at, updated_at, version) \
        SELECT nth(n), 'x', 'x', 'x' || n, 'active', 'FREE', 0, 0, 0, now(), now(), 1 FROM generate_series(1, 20) n; \
    INSERT INTO invitations (organization_id, id, email, role, all_read, all_write, invited_by, status, token_digest, \
            created_at, updated_at, expires_at, version) \
        SELECT nth(1 + n % 20), nth(n), format('user%s@company%s.example', n / 20, n / 20 % 20), 'member', false, false, \
            nth(1 + n / 400), \
            (ARRAY['pending', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'declined', \
                'revoked', 'expired'])[1 + (n + n / 20) % 10], \
            sha256(n::text::bytea), now(), now(), now() + interval '7 days', 1 \
        FROM generate_series(0, 19999) n; \
    INSERT INTO departures \
        SELECT nth(1 + n % 20), format('user%s@company%s.example', n / 20, n / 20 % 20), now() \
        FROM generate_series(0, 9999) n; \
    INSERT INTO organization_domains (organization_id, id, domain, status, challenge, enrolment, created_at, \
            updated_at, version) \
        SELECT nth(1 + n % 20), nth(n), format('company%s.example', n), \
            CASE WHEN n < 20 THEN 'verified' ELSE 'pending' END, 'x', 'suggest', now(), now(), 1 \
        FROM generate_series(0, 4999) n; \
    INSERT INTO join_requests \
        SELECT nth(1 + n % 20), nth(n), nth(1 + n / 20), CASE n % 7 WHEN 0 THEN 'pending' ELSE 'declined' END, now() \
        FROM generate_series(0, 9999) n; \
    INSERT INTO mail_queue \
        SELECT nth(n), nth(1 + n % 20), 'x@y.example', '', now(), now() + n * interval '1 second', 0 \
        FROM generate_series(1, 20000) n; \
    ALTER TABLE organizations FORCE ROW LEVEL SECURITY; \
    ALTER TABLE invitations FORCE ROW LEVEL SECURITY; \
    ALTER TABLE departures FORCE ROW LEVEL SECURITY; \
    ALTER TABLE organization_domains FORCE ROW LEVEL SECURITY; \
    ALTER TABLE join_requests FORCE ROW LEVEL SECURITY; \
    ALTER TABLE mail_queue FORCE ROW LEVEL SECURITY; \
    ANALYZE";

async fn crowded() -> (Client, TestDatabase) {
    let database = database().await;
    let client = database.client().await;
    client.batch_execute(CROWD).await.unwrap();
    // What a table of millions would do: here it is still cheap to read and sort everything of one organization.
    client.batch_execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off").await.unwrap();
    (client, database)
}

/// C-111: a page of invitations, whichever are asked for, is a range of an index.
#[tokio::test]
async fn a_page_of_invitations_is_a_range_of_an_index() {
    let (client, _database) = crowded().await;
    for (index, filter) in [
        ("invitations_pkey", ""),
        ("invitations_organization_id_status_id_idx", "AND status = 'pending' AND expires_at > now()"),
        ("invitations_organization_id_status_id_idx", "AND status = 'declined'"),
        ("invitations_pkey", "AND (status = 'expired' OR (status = 'pending' AND expires_at <= now()))"),
        ("invitations_organization_id_email_id_idx", "AND email = 'a@b.c'"),
    ] {
        let statement = format!(
            "SELECT * FROM invitations WHERE organization_id = $1 {filter} AND id < $1 ORDER BY id DESC LIMIT 51"
        );
        is_a_range(&client, INSIDE, index, &statement).await;
    }
}

/// C-120: the invitations to an address are a range of one index, whatever the number of organizations.
#[tokio::test]
async fn received_invitations_are_a_range_of_an_index() {
    let (client, _database) = crowded().await;
    let received = "SELECT i.*, o.name, o.status FROM invitations i JOIN organizations o ON o.id = i.organization_id \
        WHERE i.email = (SELECT u.email FROM users u WHERE u.id = $1 LIMIT 1) AND i.status = 'pending'";
    let open = "AND i.expires_at > now() AND o.status = 'active'";
    for position in ["", "AND i.id > $1"] {
        let list = format!("{received} {open} {position} ORDER BY i.id LIMIT 51");
        let plan = is_a_range(&client, ON_ACCOUNT, "invitations_email_id_pending_idx", &list).await;
        assert!(plan.contains("Scan using organizations_"), "{plan}");
        assert_eq!(plan.contains("AND (id > $1))"), !position.is_empty(), "where the range begins: {plan}");
    }
    let one = format!("{received} AND i.id = $1");
    let plan = is_a_range(&client, ON_ACCOUNT, "invitations_email_id_pending_idx", &one).await;
    assert!(plan.contains("AND (id = $1))"), "{plan}");
}

/// An invitation or a link by its token, an invitation by its address, and an
/// organization by its domain take one look into an index.
#[tokio::test]
async fn lookups_use_their_index() {
    let (client, _database) = crowded().await;
    let pending = "SELECT * FROM invitations WHERE organization_id = $1 AND email = 'a@b.c' AND status = 'pending'";
    is_a_range(&client, INSIDE, "invitations_organization_id_email_pending_key", pending).await;
    let by_token = "SELECT * FROM invitations WHERE token_digest = sha256(uuid_send($1))";
    is_a_range(&client, OPERATOR, "invitations_token_digest_key", by_token).await;
    let link = "SELECT * FROM email_verifications WHERE token_digest = sha256(uuid_send($1))";
    is_a_range(&client, OPERATOR, "email_verifications_token_digest_key", link).await;
    let by_domain = "SELECT o.* FROM organization_domains d JOIN organizations o ON o.id = d.organization_id \
        WHERE d.domain = $1::text AND d.status = 'verified'";
    is_a_range(&client, OPERATOR, "organization_domains_domain_verified_key", by_domain).await;
    let offer = "SELECT o.id FROM organization_domains d JOIN organizations o ON o.id = d.organization_id \
        WHERE d.domain = (SELECT substring(u.email FROM '[^@]*$') FROM users u WHERE u.id = $1) \
            AND d.status = 'verified'";
    is_a_range(&client, ON_ACCOUNT, "organization_domains_domain_verified_key", offer).await;
}

/// A departure is found by its address, and so is that there is none at all.
#[tokio::test]
async fn departures_are_found_by_their_key() {
    let (client, _database) = crowded().await;
    let departed = "SELECT EXISTS (SELECT FROM departures WHERE organization_id = $1 AND email = 'a@b.c')";
    is_a_range(&client, INSIDE, "departures_pkey", departed).await;
    let anybody = "SELECT EXISTS (SELECT FROM departures p WHERE p.organization_id = $1)";
    is_a_range(&client, INSIDE, "departures_pkey", anybody).await;
    let forgotten = "DELETE FROM departures WHERE organization_id = $1 AND email = 'a@b.c'";
    is_a_range(&client, INSIDE, "departures_pkey", forgotten).await;
}

/// What is revoked with a member is looked for among the pending ones of one organization.
#[tokio::test]
async fn invitations_to_revoke_are_a_range_of_an_index() {
    let (client, _database) = crowded().await;
    let revoked = "UPDATE invitations SET status = 'revoked', updated_at = now(), version = version + 1 \
        WHERE organization_id = $1 AND status = 'pending' AND (email = 'a@b.c' OR invited_by = $1)";
    let plan = is_a_range(&client, INSIDE, "invitations_organization_id_email_pending_key", revoked).await;
    assert!(plan.contains("Index Cond: (organization_id = $1)"), "{plan}");
}

/// Pages of claims and of requests to join are ranges of an index.
#[tokio::test]
async fn pages_of_claims_and_requests_are_ranges_of_an_index() {
    let (client, _database) = crowded().await;
    let claims = "SELECT * FROM organization_domains WHERE organization_id = $1 AND id < $1 ORDER BY id DESC LIMIT 51";
    is_a_range(&client, INSIDE, "organization_domains_pkey", claims).await;
    let requests = "SELECT j.*, u.email, u.name FROM join_requests j JOIN users u ON u.id = j.user_id \
        WHERE j.organization_id = $1 AND j.status = 'pending' AND j.id < $1 ORDER BY j.id DESC LIMIT 51";
    is_a_range(&client, INSIDE, "join_requests_organization_id_id_pending_idx", requests).await;
}

/// The mails that are due are the beginning of an index, however many wait.
#[tokio::test]
async fn mails_that_are_due_are_a_range_of_an_index() {
    let (client, _database) = crowded().await;
    let due = "SELECT id FROM mail_queue WHERE due_at <= now() ORDER BY due_at, id LIMIT 20 FOR UPDATE SKIP LOCKED";
    is_a_range(&client, OPERATOR, "mail_queue_due_at_id_idx", due).await;
    let next = plan(&client, OPERATOR, "SELECT min(due_at) FROM mail_queue").await;
    assert!(next.contains("mail_queue_due_at_id_idx"), "{next}");
}
