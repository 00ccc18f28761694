//! What is in a file when it is migrated is in it afterwards.

#![allow(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use guildhall_domain::MembershipSource;
use guildhall_store_sqlite::migrate;
use tempfile::TempDir;

/// The newest migration of the files that are out there.
const BEFORE: &str = "0004";

const DATA: &str = "\
INSERT INTO users (id, email, name, search_key, superadmin, created_at, updated_at, version) VALUES
    (x'00000000000000000000000000000001', 'ada@example.com', 'Ada', 'ada', 0, 1, 1, 1),
    (x'00000000000000000000000000000002', 'bob@example.com', 'Bob', 'bob', 1, 2, 2, 2);
INSERT INTO organizations (id, name, name_key, slug, status, plan, users_count, owners_count, workspaces_count, created_at, updated_at, version)
    VALUES (x'00000000000000000000000000000003', 'Acme', 'acme', 'acme', 'active', 'FREE', 2, 1, 0, 3, 3, 3);
INSERT INTO roles (organization_id, id, name, name_key, permissions, created_at, updated_at, version)
    VALUES (x'00000000000000000000000000000003', x'00000000000000000000000000000004', 'Reader', 'reader', '[]', 4, 4, 1);
INSERT INTO memberships VALUES
    (x'00000000000000000000000000000003', x'00000000000000000000000000000006', x'00000000000000000000000000000001', 'ada@example.com', 'owner', NULL, 1, 1, 'creator', 5, 6, 7, 8),
    (x'00000000000000000000000000000003', x'00000000000000000000000000000005', x'00000000000000000000000000000002', 'bob@example.com', 'custom', x'00000000000000000000000000000004', 1, 0, 'direct_add', 9, 10, NULL, 11);";

/// Every way to be a member, one user for each.
fn insert_source(source: &str, n: usize) -> String {
    format!(
        "INSERT INTO users (id, email, name, search_key, superadmin, created_at, updated_at, version)
             VALUES (x'01{n:030}', '{source}@example.com', 'A', 'a', 0, 1, 1, 1);
         INSERT INTO memberships VALUES
             (x'00000000000000000000000000000003', x'02{n:030}', x'01{n:030}', '{source}@example.com',
              'member', NULL, 0, 0, '{source}', 5, 6, 7, 8);"
    )
}

/// A file as the program before made it, with `DATA` in it.
struct File {
    path: PathBuf,
    _folder: TempDir,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("guildhall.db");
        let file = Self { path, _folder: folder };
        let mut connection = file.connect();
        // Makes the table in which they are noted.
        assert!(connection.applied_migrations().unwrap().is_empty());
        for migration in migrations().iter().filter(|migration| version(migration.as_ref()).as_str() <= BEFORE) {
            connection.run_migration(migration.as_ref()).unwrap();
        }
        connection.batch_execute("PRAGMA foreign_keys = ON").unwrap();
        connection.batch_execute(DATA).unwrap();
        file
    }

    /// As it is migrated: foreign keys are not enforced.
    fn connect(&self) -> SqliteConnection {
        let mut connection = SqliteConnection::establish(self.path.to_str().unwrap()).unwrap();
        connection.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
        connection
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
        }
        let rows: Vec<Row> = sql_query(sql).load(&mut self.connect()).unwrap();
        rows.into_iter().map(|row| row.text).collect()
    }

    fn memberships(&self) -> Vec<String> {
        let columns = [
            "organization_id",
            "id",
            "user_id",
            "email",
            "role",
            "role_id",
            "all_read",
            "all_write",
            "source",
            "created_at",
            "updated_at",
            "last_active_at",
            "version",
        ];
        let text = columns.map(|column| format!("quote({column})")).join(" || ' ' || ");
        self.texts(&format!("SELECT {text} AS text FROM memberships ORDER BY organization_id, id"))
    }

    /// The indexes of the memberships, and what is assumed of them. That one of
    /// them is unique since, because its last column is, makes no other of it.
    fn indexes(&self) -> Vec<String> {
        let mut found = self.texts(
            "SELECT name || replace(coalesce(sql, ''), ' UNIQUE ', ' ') AS text FROM sqlite_schema
             WHERE type = 'index' AND tbl_name = 'memberships'",
        );
        found.extend(
            self.texts("SELECT coalesce(idx, '') || ' ' || stat AS text FROM sqlite_stat1 WHERE tbl = 'memberships'"),
        );
        found.sort();
        found
    }

    fn broken_references(&self) -> Vec<String> {
        self.texts("SELECT \"table\" AS text FROM pragma_foreign_key_check")
    }

    fn revert(&self) {
        let mut connection = self.connect();
        for migration in migrations().iter().rev().filter(|migration| version(migration.as_ref()).as_str() > BEFORE) {
            connection.revert_migration(migration.as_ref()).unwrap();
        }
    }
}

fn migrations() -> Vec<Box<dyn Migration<Sqlite>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/sqlite");
    let mut migrations: Vec<_> = FileBasedMigrations::from_path(folder).unwrap().migrations().unwrap();
    migrations.sort_by_key(|migration| version(migration.as_ref()));
    migrations
}

fn version(migration: &dyn Migration<Sqlite>) -> String {
    migration.name().version().to_string()
}

#[test]
fn memberships_are_kept_when_their_table_is_rebuilt() {
    let file = File::new();
    let (members, indexes) = (file.memberships(), file.indexes());
    assert_eq!(members.len(), 2);
    migrate(&file.path).unwrap();
    assert_eq!(file.memberships(), members);
    assert_eq!(file.indexes(), indexes);
    assert!(file.broken_references().is_empty());
    let verified = file.texts("SELECT quote(email_verified_at) AS text FROM users");
    assert_eq!(verified, ["NULL", "NULL"], "nobody has shown anything yet (N-13)");

    file.revert();
    assert_eq!(file.memberships(), members);
    assert_eq!(file.indexes(), indexes);
    migrate(&file.path).unwrap();
    assert_eq!(file.memberships(), members);
    assert_eq!(file.indexes(), indexes);
}

#[test]
fn references_of_the_rebuilt_table_hold() {
    let file = File::new();
    migrate(&file.path).unwrap();
    let mut connection = file.connect();
    connection.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    for refused in [
        "DELETE FROM roles",
        "DELETE FROM users",
        "UPDATE memberships SET user_id = randomblob(16)",
        "UPDATE memberships SET email = 'other@example.com'",
        "UPDATE memberships SET source = 'unknown'",
    ] {
        assert!(connection.batch_execute(refused).is_err(), "{refused}");
    }
    connection.batch_execute("UPDATE users SET email = 'new' || email").unwrap();
    assert!(file.memberships().iter().all(|member| member.contains("'new")), "the copy of the e-mail follows");
    connection.batch_execute("DELETE FROM organizations").unwrap();
    assert!(file.memberships().is_empty());
}

#[test]
fn every_source_is_kept_going_up_and_has_a_place_going_down() {
    let file = File::new();
    migrate(&file.path).unwrap();
    let sources = MembershipSource::ALL.map(MembershipSource::as_str);
    // Those of later versions are known already, so that the table is not rebuilt again.
    for (n, source) in sources.into_iter().chain(["sso", "scim"]).enumerate() {
        file.connect().batch_execute(&insert_source(source, n)).unwrap();
    }
    let before = file.memberships();
    file.revert();
    let counted = "SELECT source || ' ' || count(*) AS text FROM memberships GROUP BY source ORDER BY source";
    assert_eq!(file.texts(counted), ["creator 2", "direct_add 7"]);
    assert!(file.broken_references().is_empty());
    migrate(&file.path).unwrap();
    assert_eq!(file.memberships().len(), before.len());
}

#[test]
fn organizations_begin_without_overrides_and_keep_the_rest() {
    let file = File::new();
    let kept = "SELECT name || ' ' || plan || ' ' || users_count || ' ' || version AS text FROM organizations";
    let before = file.texts(kept);
    migrate(&file.path).unwrap();
    assert_eq!(file.texts("SELECT overrides AS text FROM organizations"), ["{}"], "nothing was decided yet (M-14)");
    let mut connection = file.connect();
    for refused in ["'[]'", "'{'", "''", "'1'", "NULL", "1"] {
        assert!(
            connection.batch_execute(&format!("UPDATE organizations SET overrides = {refused}")).is_err(),
            "{refused}"
        );
    }
    connection.batch_execute("UPDATE organizations SET overrides = '{\"limits\":{\"members\":5}}'").unwrap();
    drop(connection);
    file.revert();
    assert_eq!(file.texts(kept), before);
    migrate(&file.path).unwrap();
    assert_eq!(file.texts(kept), before);
}

#[test]
fn organizations_begin_in_utc_and_answers_are_kept_for_a_time() {
    let file = File::new();
    migrate(&file.path).unwrap();
    let mut connection = file.connect();
    let revert = |connection: &mut SqliteConnection| {
        for migration in migrations().iter().rev().filter(|migration| version(migration.as_ref()).as_str() > "0017") {
            connection.revert_migration(migration.as_ref()).unwrap();
        }
    };
    revert(&mut connection);
    connection
        .batch_execute(
            "INSERT INTO idempotent_answers VALUES (x'00000000000000000000000000000003', \
                 x'00000000000000000000000000000001', 'acquire_quota', 'key', 'says', '5', 7)",
        )
        .unwrap();
    let kept = "SELECT operation || key || fingerprint || answer || created_at AS text FROM idempotent_answers";
    let before = file.texts(kept);
    drop(connection);
    migrate(&file.path).unwrap();
    assert_eq!(file.texts("SELECT time_zone AS text FROM organizations"), ["UTC"], "as nobody has said (M-26)");
    assert_eq!(file.texts(kept), before);
    let mut connection = file.connect();
    for refused in ["time_zone = ''", "time_zone = NULL"] {
        assert!(connection.batch_execute(&format!("UPDATE organizations SET {refused}")).is_err(), "{refused}");
    }
    revert(&mut connection);
    assert_eq!(file.texts(kept), before);
    assert_eq!(file.broken_references(), Vec::<String>::new());
}

// R-IDEM: what was answered before is answered again after the migration.
#[test]
fn answers_about_the_ledger_move_into_it() {
    let file = File::new();
    migrate(&file.path).unwrap();
    let mut connection = file.connect();
    let revert = |connection: &mut SqliteConnection| {
        for migration in migrations().iter().rev().filter(|migration| version(migration.as_ref()).as_str() > "0020") {
            connection.revert_migration(migration.as_ref()).unwrap();
        }
    };
    // A spend of an account that is gone, one that nobody asked for, and an answer that is kept for a time.
    connection
        .batch_execute(
            "INSERT INTO credit_transactions (organization_id, id, kind, amount, actor_id, day, month, entries,
                 created_at, request_operation, request_key, request_fingerprint, answer)
             VALUES (x'00000000000000000000000000000003', x'0198c1a0000070008000000000000020', 'consume', 0,
                     x'00000000000000000000000000000009', '2026-11-22', '2026-11', '[]', 5, 'consume_credits', 'key',
                     'says', '0198c1a0-0000-7000-8000-000000000020 1 2 5 - - -'),
                 (x'00000000000000000000000000000003', x'0198c1a0000070008000000000000021', 'expire', 0, NULL,
                     '2026-11-22', '2026-11', '[]', 6, NULL, NULL, NULL, NULL);
             INSERT INTO idempotent_answers VALUES (x'00000000000000000000000000000003',
                 x'00000000000000000000000000000001', 'acquire_quota', 'key', 'says', '5', 7)",
        )
        .unwrap();
    let ledger = "SELECT hex(id) || coalesce(request_operation || request_key || request_fingerprint || answer, '')
        || created_at AS text FROM credit_transactions ORDER BY id";
    let before = file.texts(ledger);
    revert(&mut connection);
    let kept = "SELECT operation || answer || created_at || kept_for_good AS text FROM idempotent_answers ORDER BY 1";
    assert_eq!(
        file.texts(kept),
        ["acquire_quota570", "consume_credits0198c1a0-0000-7000-8000-000000000020 1 2 5 - - -51"]
    );
    drop(connection);
    migrate(&file.path).unwrap();
    assert_eq!(file.texts(ledger), before);
    assert_eq!(file.texts("SELECT operation AS text FROM idempotent_answers"), ["acquire_quota"]);
    assert_eq!(file.broken_references(), Vec::<String>::new());
    let changed = file.connect().batch_execute("UPDATE credit_transactions SET answer = 'another'");
    assert!(changed.is_err(), "the ledger is never changed");
}

// R-LED-8: what was spent for a workspace before it could have a budget counts against it.
#[test]
fn what_members_spent_for_a_workspace_is_added_up() {
    let file = File::new();
    migrate(&file.path).unwrap();
    let mut connection = file.connect();
    for migration in migrations().iter().rev().filter(|migration| version(migration.as_ref()).as_str() > "0021") {
        connection.revert_migration(migration.as_ref()).unwrap();
    }
    connection
        .batch_execute(
            "INSERT INTO credit_workspace_usage
             SELECT x'00000000000000000000000000000003', CAST(value ->> 0 || '234567890123456' AS BLOB),
                 CAST(value ->> 1 || '234567890123456' AS BLOB), value ->> 2, value ->> 3
             FROM json_each('[[1,1,\"2026-11\",5],[1,2,\"2026-11\",7],[1,1,\"2026-11-22\",5],[2,1,\"2026-11\",1]]')",
        )
        .unwrap();
    drop(connection);
    migrate(&file.path).unwrap();
    let totals = "SELECT substr(CAST(workspace_id AS TEXT), 1, 1) || ' ' || period || ' ' || used AS text
        FROM credit_workspace_totals ORDER BY 1";
    assert_eq!(file.texts(totals), ["1 2026-11 12", "1 2026-11-22 5", "2 2026-11 1"]);
}

// M-27: a ledger that is there already is listed as far as it goes, and one that is taken back is found by indexes.
#[test]
fn a_ledger_that_is_there_is_listed() {
    let file = File::new();
    migrate(&file.path).unwrap();
    let mut connection = file.connect();
    let listing = migrations().into_iter().filter(|migration| version(migration.as_ref()).as_str() > "0022");
    listing.for_each(|migration| drop(connection.revert_migration(migration.as_ref()).unwrap()));
    connection
        .batch_execute(
            "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 599)
             INSERT INTO credit_transactions (organization_id, id, kind, amount, user_id, workspace_id, day, month,
                 entries, created_at)
             SELECT x'00000000000000000000000000000003', unhex(printf('%032x', 1000 - n)),
                 CASE WHEN n % 7 = 0 THEN 'refund' ELSE 'consume' END, 0,
                 CASE WHEN n % 3 > 0 THEN unhex(printf('%032x', n % 3)) END,
                 CASE WHEN n % 5 = 0 THEN unhex(printf('%032x', n % 2)) END, '2026-11-22', '2026-11', '[]', 5
             FROM n",
        )
        .unwrap();
    drop(connection);
    migrate(&file.path).unwrap();
    // Every transaction in each list that it belongs to, in its order, in blocks that follow each other.
    let listed = "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 255)
        SELECT list || hex(subject) || hex(substr(ids, n * 16 + 1, 16)) AS text
        FROM credit_transaction_lists, n WHERE n * 16 < length(ids) ORDER BY list, subject, first, n";
    let wanted = "SELECT list || hex(subject) || hex(id) AS text FROM (
            SELECT 1 AS list, CAST(kind AS BLOB) AS subject, id FROM credit_transactions
            UNION ALL SELECT 2, user_id, id FROM credit_transactions WHERE user_id IS NOT NULL
            UNION ALL SELECT 3, workspace_id, id FROM credit_transactions WHERE workspace_id IS NOT NULL
        ) ORDER BY list, subject, id";
    let wanted = file.texts(wanted);
    assert_eq!(wanted.len(), 600 + 400 + 120);
    assert_eq!(file.texts(listed), wanted);
    let until = "SELECT hex(until) || (SELECT max(id) = until FROM credit_transactions) AS text
        FROM credit_transactions_listed";
    assert_eq!(file.texts(until), [format!("{:032X}1", 1000)]);
    let largest = "SELECT (max(length(ids)) / 16) || ' of ' || count(*) AS text FROM credit_transaction_lists";
    assert_eq!(file.texts(largest), ["256 of 8"]);
}

#[test]
fn invitations_begin_without_grants_and_keep_the_rest() {
    let file = File::new();
    migrate(&file.path).unwrap();
    let mut connection = file.connect();
    let revert = |connection: &mut SqliteConnection, until: &str| {
        for migration in migrations().iter().rev().filter(|migration| version(migration.as_ref()).as_str() > until) {
            connection.revert_migration(migration.as_ref()).unwrap();
        }
    };
    revert(&mut connection, "0014");
    connection
        .batch_execute(
            "INSERT INTO invitations VALUES (x'00000000000000000000000000000003', x'00000000000000000000000000000007',
                 'eve@example.com', 'member', NULL, 0, 1, 'Hello', NULL, 'pending', zeroblob(32), 1, 2, 3, 4)",
        )
        .unwrap();
    let kept = "SELECT email || role || all_read || all_write || message || status || version AS text FROM invitations";
    let before = file.texts(kept);
    drop(connection);
    migrate(&file.path).unwrap();
    assert_eq!(
        file.texts("SELECT grants AS text FROM invitations"),
        ["[]"],
        "to nothing but what the flags say (C-112)"
    );
    assert_eq!(file.texts(kept), before);
    let mut connection = file.connect();
    for refused in ["'{}'", "'['", "''", "NULL", "1"] {
        assert!(connection.batch_execute(&format!("UPDATE invitations SET grants = {refused}")).is_err(), "{refused}");
    }
    revert(&mut connection, "0014");
    assert_eq!(file.texts(kept), before);
}
