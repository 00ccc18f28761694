//! The rules of the schema, read from PostgreSQL's own catalog, so that a new
//! table cannot forget them.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use guildhall_testkit::postgres::TestDatabase;
use support::database;

async fn broken(database: &TestDatabase, rule: &str) -> Vec<String> {
    let rows = database.client().await.query(rule, &[]).await.unwrap();
    rows.into_iter().map(|row| row.get(0)).collect()
}

/// Tables with a column `organization_id` that say whose a row is.
const TENANT_TABLES: &str = "tenant_tables AS ( \
    SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, a.attnum \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' \
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace)";

#[tokio::test]
async fn there_are_tenant_tables() {
    let rule = format!("WITH {TENANT_TABLES} SELECT relname::text FROM tenant_tables ORDER BY 1");
    let tables = broken(&database().await, &rule).await;
    let expected = [
        "audit_events",
        "audit_heads",
        "credit_grants",
        "credit_reservations",
        "credit_transactions",
        "credit_usage",
        "credit_workspace_totals",
        "credit_workspace_usage",
        "departures",
        "idempotent_answers",
        "invitations",
        "join_requests",
        "mail_queue",
        "member_quotas",
        "memberships",
        "organization_domains",
        "quota_usage",
        "roles",
        "workspace_budgets",
        "workspace_counts",
        "workspace_grants",
        "workspace_groups",
        "workspace_members",
        "workspaces",
    ];
    assert_eq!(tables, expected);
}

/// R-RLS-2: on every tenant table, and on the tenants, row-level security is
/// on, forced, and has a policy for every command. Mails are the operator's,
/// once they are queued.
#[tokio::test]
async fn row_level_security_is_forced_on_every_tenant_table() {
    let rule = format!(
        "WITH {TENANT_TABLES}, guarded AS ( \
            SELECT oid, relname, relrowsecurity, relforcerowsecurity FROM tenant_tables \
            UNION SELECT oid, relname, relrowsecurity, relforcerowsecurity FROM pg_class \
                WHERE oid = 'organizations'::regclass) \
         SELECT relname::text FROM guarded g WHERE NOT (relrowsecurity AND relforcerowsecurity \
            AND (SELECT coalesce(bool_or(p.polcmd = '*'), false) \
                    OR array_agg(DISTINCT p.polcmd) @> ARRAY['r', 'a', 'w', 'd']::\"char\"[] \
                FROM pg_policy p WHERE p.polrelid = g.oid \
                AND pg_get_expr(coalesce(p.polqual, p.polwithcheck), p.polrelid) LIKE \
                    CASE WHEN g.relname = 'mail_queue' AND p.polcmd <> 'a' THEN '%app.platform%' \
                        ELSE '%app.organization_id%' END))"
    );
    assert_eq!(broken(&database().await, &rule).await, [""; 0]);
}

/// Two policies for one command are read as an OR, for which PostgreSQL gives up the order of an index.
#[tokio::test]
async fn every_command_has_one_policy() {
    let rule = "SELECT polrelid::regclass::text FROM pg_policy GROUP BY polrelid \
        HAVING bool_or(polcmd = '*') AND count(*) > 1 OR count(*) > count(DISTINCT polcmd)";
    assert_eq!(broken(&database().await, rule).await, [""; 0]);
}

/// What was added without a look at the rows that were there has had that look since.
#[tokio::test]
async fn every_constraint_is_validated() {
    let rule = "SELECT conname::text FROM pg_constraint \
        WHERE NOT convalidated AND connamespace = 'public'::regnamespace";
    assert_eq!(broken(&database().await, rule).await, [""; 0]);
}

/// R-RLS-2: the service's role has no power beyond its rows.
#[tokio::test]
async fn the_role_of_the_service_has_no_power() {
    let rule = "SELECT rolname::text FROM pg_roles r WHERE rolname = 'guildhall_app' AND NOT ( \
            rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin OR rolreplication \
            OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) \
            OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))";
    assert_eq!(broken(&database().await, rule).await, ["guildhall_app"]);
}

/// Every index of a tenant table begins with the tenant, but those that find
/// something across them: a user's own, a token, a domain, a mail that is due.
#[tokio::test]
async fn every_index_begins_with_the_tenant() {
    let rule = format!(
        "WITH {TENANT_TABLES} \
         SELECT i.indexrelid::regclass::text FROM tenant_tables t JOIN pg_index i ON i.indrelid = t.oid \
         WHERE i.indkey[0] <> t.attnum ORDER BY 1"
    );
    let across = [
        "idempotent_answers_user_id_idx",
        "invitations_email_id_pending_idx",
        "invitations_invited_by_idx",
        "invitations_token_digest_key",
        "join_requests_user_id_idx",
        "mail_queue_due_at_id_idx",
        "mail_queue_pkey",
        "memberships_user_id_organization_id_idx",
        "organization_domains_domain_verified_key",
        "workspaces_created_by_idx",
        "workspaces_personal_of_idx",
    ];
    assert_eq!(broken(&database().await, &rule).await, across);
}

#[tokio::test]
async fn every_table_has_a_primary_key() {
    let rule = "SELECT relname::text FROM pg_class c \
        WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace \
        AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)";
    assert_eq!(broken(&database().await, rule).await, [""; 0]);
}

/// A row refers to rows of its own tenant only: foreign keys between tenant tables carry the tenant.
#[tokio::test]
async fn foreign_keys_between_tenant_tables_carry_the_tenant() {
    let rule = format!(
        "WITH {TENANT_TABLES} \
         SELECT k.conname::text FROM pg_constraint k \
         JOIN tenant_tables t ON t.oid = k.conrelid JOIN tenant_tables r ON r.oid = k.confrelid \
         WHERE k.contype = 'f' AND NOT (k.conkey[1] = t.attnum AND k.confkey[1] = r.attnum)"
    );
    assert_eq!(broken(&database().await, &rule).await, [""; 0]);
}

/// Everything that an organization has goes with it (C-04): by a foreign key, or by the two triggers that do the same.
#[tokio::test]
async fn every_tenant_table_goes_with_its_organization() {
    let rule = format!(
        "WITH {TENANT_TABLES} \
         SELECT relname::text FROM tenant_tables t WHERE NOT EXISTS ( \
            SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f' \
                AND k.confrelid = 'organizations'::regclass AND k.conkey = ARRAY[t.attnum] AND k.confdeltype = 'c') \
            AND NOT ( \
                EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgenabled = 'O' \
                    AND g.tgfoid = 'organization_exists'::regproc AND pg_get_triggerdef(g.oid) LIKE '%BEFORE INSERT%') \
                AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = 'organizations'::regclass AND g.tgenabled = 'O' \
                    AND g.tgfoid = 'organization_goes'::regproc AND pg_get_triggerdef(g.oid) LIKE '%AFTER DELETE%' \
                    AND encode(g.tgargs, 'escape') = t.relname || '\\000'))"
    );
    assert_eq!(broken(&database().await, &rule).await, [""; 0]);
}

/// A foreign key without an index makes deleting what it refers to slow.
#[tokio::test]
async fn every_foreign_key_has_an_index() {
    let rule = "SELECT k.conname::text FROM pg_constraint k WHERE k.contype = 'f' AND NOT EXISTS ( \
        SELECT FROM pg_index i WHERE i.indrelid = k.conrelid \
            AND (i.indkey::int2[])[0:0] <@ k.conkey::int2[])";
    assert_eq!(broken(&database().await, rule).await, [""; 0]);
}

/// What lists are sorted by is compared byte by byte, as every store does.
#[tokio::test]
async fn sort_keys_are_compared_bytewise() {
    let rule = "SELECT format('%s.%s', c.relname, a.attname) \
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_collation l ON l.oid = a.attcollation \
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \
            AND (a.attname LIKE '%\\_key' AND a.attname <> 'search_key' OR a.attname IN ('slug') \
                OR a.attname = 'email') AND l.collname <> 'C'";
    assert_eq!(broken(&database().await, rule).await, [""; 0]);
}
