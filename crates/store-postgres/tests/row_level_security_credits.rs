//! Credits are seen and changed inside their organization only, and the ledger only grows.
#![allow(clippy::unwrap_used, reason = "this is test code")]

mod support;

use guildhall_domain::credits::Periods;
use guildhall_domain::{OrganizationId, TimeZone};
use support::tenants::{Tenants, two_tenants};

const TABLES: [&str; 8] = [
    "credit_grants",
    "credit_transactions",
    "credit_reservations",
    "credit_usage",
    "credit_workspace_usage",
    "member_quotas",
    "credit_workspace_totals",
    "workspace_budgets",
];
/// What may be taken back.
const DELETABLE: [&str; 1] = ["member_quotas"];
/// The ledger.
const APPEND_ONLY: [&str; 1] = ["credit_transactions"];

/// A row for each table, with whatever ids.
fn rows(organization: OrganizationId) -> [String; 8] {
    let id = "gen_random_uuid()";
    [
        format!("INSERT INTO credit_grants VALUES ('{organization}', {id}, 1, 1, NULL, 1, 0, now())"),
        format!(
            "INSERT INTO credit_transactions (organization_id, id, kind, amount, day, month, created_at) \
             VALUES ('{organization}', {id}, 'consume', 1, '2026-11-22', '2026-11', now())"
        ),
        format!(
            "INSERT INTO credit_reservations (organization_id, id, user_id, held, state, expires_at, day, month) \
             VALUES ('{organization}', {id}, {id}, '[]', 'open', now(), '2026-11-22', '2026-11')"
        ),
        format!("INSERT INTO credit_usage VALUES ('{organization}', {id}, '2026-11', 1)"),
        format!("INSERT INTO credit_workspace_usage VALUES ('{organization}', {id}, {id}, '2026-11', 1)"),
        format!("INSERT INTO member_quotas VALUES ('{organization}', {id}, 1, 1, now())"),
        format!("INSERT INTO credit_workspace_totals VALUES ('{organization}', {id}, '2026-11', 1)"),
        format!("INSERT INTO workspace_budgets VALUES ('{organization}', {id}, 1, 1, now())"),
    ]
}

async fn is_refused(t: &Tenants, statement: &str, by: &str) {
    let message = t.refusal(statement).await;
    assert!(message.contains(by), "{statement}: {message}");
}

/// R-RLS-1: nothing goes into another tenant, is moved there, changed or removed there.
#[tokio::test]
async fn another_tenant_cannot_be_written() {
    let t = two_tenants().await;
    let (mine, other) = (t.first.1.id, t.second.1.id);
    for (table, insert) in TABLES.into_iter().zip(rows(other)) {
        t.begin("app.organization_id", mine).await;
        is_refused(&t, &insert, "row-level security").await;
        if APPEND_ONLY.contains(&table) {
            continue;
        }
        t.begin("app.organization_id", mine).await;
        is_refused(&t, &format!("UPDATE {table} SET organization_id = '{other}'"), "row-level security").await;
        t.begin("app.organization_id", mine).await;
        let change = format!("UPDATE {table} SET organization_id = organization_id WHERE organization_id = '{other}'");
        assert_eq!(t.changes(&change).await, 0, "{change}");
    }
    t.begin("app.organization_id", mine).await;
    assert_eq!(t.changes(&format!("DELETE FROM member_quotas WHERE organization_id = '{other}'")).await, 0);
}

/// R-RLS-1: users and the operator see and write nothing of it from outside.
#[tokio::test]
async fn nothing_is_written_from_outside() {
    let t = two_tenants().await;
    let (owner, organization) = (t.first.0.id.to_string(), t.first.1.id);
    for (setting, value) in [("app.user_id", owner.as_str()), ("app.platform", "on")] {
        for (table, insert) in TABLES.into_iter().zip(rows(organization)) {
            t.begin(setting, value).await;
            assert_eq!(t.count(table).await, 0, "{setting}: {table}");
            is_refused(&t, &insert, "row-level security").await;
        }
    }
}

/// M-20: the service's role can neither change nor remove what is in the ledger, nor remove what is made from it.
#[tokio::test]
async fn the_ledger_only_grows() {
    let t = two_tenants().await;
    let mine = t.first.1.id;
    for table in TABLES {
        let mut refused = vec![format!("TRUNCATE {table}")];
        if !DELETABLE.contains(&table) {
            refused.push(format!("DELETE FROM {table}"));
        }
        if APPEND_ONLY.contains(&table) {
            refused.push(format!("UPDATE {table} SET amount = 1"));
        }
        for statement in refused {
            t.begin("app.organization_id", mine).await;
            is_refused(&t, &statement, "permission denied").await;
        }
    }
}

/// R-RLS-1: the functions see and write what the transaction is for, whatever organization they are told.
#[tokio::test]
async fn functions_stay_inside() {
    let t = two_tenants().await;
    let (mine, other) = (t.first.1.id, t.second.1.id);
    t.begin("app.organization_id", mine).await;
    let board = "SELECT id::text FROM workspaces WHERE personal_of IS NULL";
    let board: String = t.client.query_one(board, &[]).await.unwrap().get(0);
    let user = t.first.0.id;
    let Periods { day, month, .. } = Periods::at(t.fixture.now(), &TimeZone::utc());
    let state = |organization, taking| {
        format!(
            "SELECT cardinality(grants), cardinality(reservations), cardinality(members), cardinality(usage), \
                cardinality(workspaces) \
             FROM credit_state('{organization}', {taking}, now() + interval '100 years', '{day}', '{month}', \
                ARRAY['{user}']::uuid[], ARRAY['{board}']::uuid[], ARRAY['{user}']::uuid[], '{{}}', '{{}}', '{{}}', \
                '{{}}', '{{}}', '{{}}')"
        )
    };
    for (scope, organization, found) in [(mine, mine, [1, 1, 1, 2, 1]), (mine, other, [0; 5]), (other, mine, [0; 5])] {
        for taking in [true, false] {
            t.begin("app.organization_id", scope).await;
            let row = t.client.query_one(&state(organization, taking), &[]).await.unwrap();
            let counted: [i32; 5] = std::array::from_fn(|column| row.get(column));
            assert_eq!(counted, found);
        }
    }
    let nothing = |count: usize| vec!["'{}'"; count].join(", ");
    let write = format!(
        "SELECT write_credits('{other}', now(), {}, ARRAY[gen_random_uuid()], '{{1}}', '{{1}}', \
            ARRAY[NULL]::timestamptz[], '{{1}}', '{{0}}', {})",
        nothing(22),
        nothing(16)
    );
    t.begin("app.organization_id", mine).await;
    is_refused(&t, &write, "row-level security").await;
    t.begin("app.organization_id", other).await;
    t.client.batch_execute(&write).await.unwrap();
    assert_eq!(t.count("credit_grants").await, 2);
}

/// R-LED-2: what does not come to nothing, or is not whole, is no transaction, whoever writes it.
#[tokio::test]
async fn a_transaction_is_balanced() {
    let t = two_tenants().await;
    let organization = t.first.1.id;
    let insert = |accounts: &str, amounts: &str| {
        format!(
            "INSERT INTO credit_transactions (organization_id, id, kind, amount, day, month, created_at, \
                entry_accounts, entry_grants, entry_amounts) \
             SELECT '{organization}', gen_random_uuid(), 'consume', 1, '2026-11-22', '2026-11', now(), \
                '{accounts}', array_fill(gen_random_uuid(), ARRAY[cardinality('{accounts}'::text[])]), '{amounts}'"
        )
    };
    for (accounts, amounts) in [
        ("{}", "{}"),
        ("{pool,consumed}", "{-1,1}"),
        ("{pool,consumed,pool,consumed}", "{-1,1,-2,2}"),
        ("{reserved,pool,consumed}", "{-3,1,2}"),
    ] {
        t.begin("app.organization_id", organization).await;
        assert_eq!(t.changes(&insert(accounts, amounts)).await, 1, "{accounts} {amounts}");
    }
    for (accounts, amounts, by) in [
        ("{pool}", "{1}", "balanced"),
        ("{pool,consumed}", "{-1,2}", "balanced"),
        ("{pool,consumed,pool,consumed}", "{-1,1,-2,3}", "balanced"),
        ("{pool,consumed}", "{-1,1,-1,1}", "complete"),
        ("{pool,consumed}", "{-1,NULL}", "complete"),
        ("{pool,purse}", "{-1,1}", "known"),
        ("{pool,consumed}", "{0,0}", "in_range"),
        ("{pool,consumed}", "{-9007199254740992,9007199254740992}", "in_range"),
    ] {
        t.begin("app.organization_id", organization).await;
        is_refused(&t, &insert(accounts, amounts), by).await;
    }
}

/// C-04: nothing is written for an organization that is not there, where a trigger sees to it.
#[tokio::test]
async fn nothing_is_written_for_nobody() {
    let t = two_tenants().await;
    let nobody: OrganizationId = t.fixture.id();
    t.begin("app.organization_id", nobody).await;
    is_refused(&t, &rows(nobody)[1], "the organization does not exist").await;
}

/// C-04: whatever the transaction that deletes an organization is for, its ledger goes, no other one, and the
/// transaction goes on as what it was for.
#[tokio::test]
async fn the_ledger_goes_whoever_deletes() {
    let t = two_tenants().await;
    let (mine, other) = (t.first.1.id, t.second.1.id);
    let owner = t.owner().await;
    owner.batch_execute("ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY").await.unwrap();
    let delete = format!("BEGIN; SET LOCAL app.platform = 'on'; DELETE FROM organizations WHERE id = '{mine}'");
    owner.batch_execute(&delete).await.unwrap();
    let scope = "SELECT coalesce(current_setting('app.organization_id', true), '')";
    assert_eq!(owner.query_one(scope, &[]).await.unwrap().get::<_, String>(0), "");
    owner.batch_execute("COMMIT; ALTER TABLE organizations FORCE ROW LEVEL SECURITY").await.unwrap();
    for (organization, transactions, answers) in [(mine, 0, 0), (other, 3, 1)] {
        t.begin("app.organization_id", organization).await;
        assert_eq!(t.count("credit_transactions").await, transactions);
        assert_eq!(t.count("idempotent_answers").await, answers);
    }
}

/// M-20, C-04: accounts and members go, and the ledger stays; it goes with the organization.
#[tokio::test]
async fn the_ledger_goes_with_the_organization() {
    let t = two_tenants().await;
    let (f, id) = (&t.fixture, t.first.1.id);
    let (user, member) = f.seed_member(id, "leaving@acme.example", guildhall_domain::MemberRole::Member).await;
    f.seed_spend(id, user.id, 1, f.now()).await;
    let at = f.now();
    f.write(id, async |unit| unit.remove_member(member.id, at).await).await;
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    t.begin("app.organization_id", id).await;
    assert_eq!(t.count(&format!("credit_transactions WHERE user_id = '{}'", user.id)).await, 1);
    assert_eq!(t.count("credit_transactions").await, 4);
    t.client.batch_execute("ROLLBACK").await.unwrap();

    f.write(id, async |unit| unit.delete_organization().await).await;
    t.begin("app.organization_id", id).await;
    t.sees(&[]).await;
}
