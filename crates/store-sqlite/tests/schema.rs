//! The rules of the schema, read from the database itself: what keeps tenants
//! apart whatever the program does, and lets the data be split by tenant later.

#![allow(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use guildhall_store_sqlite::migrate;
use tempfile::TempDir;

/// Tables that belong to the installation: accounts, what is about accounts
/// only, and what may be about no organization.
const PLATFORM: [&str; 11] = [
    "__diesel_schema_migrations",
    "email_verifications",
    "installation",
    "mail_queue",
    "organizations",
    "platform_audit_events",
    "platform_audit_head",
    "sessions",
    "user_idempotent_answers",
    "user_passwords",
    "users",
];

/// Indexes of tenant tables that ask across tenants, each for a reason given in the migration.
const ACROSS_TENANTS: [&str; 9] = [
    "idempotent_answers_by_user",
    "invitations_by_inviter",
    "invitations_by_token",
    "invitations_received",
    "join_requests_by_user",
    "memberships_by_user",
    "organization_domains_verified",
    "workspaces_by_maker",
    "workspaces_by_user",
];

/// Tables of one row, which needs no index to be found.
const SINGLETONS: [&str; 1] = ["installation"];

#[derive(QueryableByName)]
struct Listed {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    strict: i64,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName, Debug, Clone)]
struct Reference {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    from: String,
    #[diesel(sql_type = Nullable<Text>)]
    to: Option<String>,
    #[diesel(sql_type = Text)]
    on_delete: String,
}

struct Schema {
    connection: SqliteConnection,
    _folder: TempDir,
}

impl Schema {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("schema.db");
        migrate(&path).unwrap();
        Self { connection: SqliteConnection::establish(path.to_str().unwrap()).unwrap(), _folder: folder }
    }

    fn tables(&mut self) -> Vec<Listed> {
        sql_query("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'")
            .load(&mut self.connection)
            .unwrap()
    }

    fn tenant_tables(&mut self) -> Vec<String> {
        self.tables().into_iter().map(|table| table.name).filter(|name| !PLATFORM.contains(&name.as_str())).collect()
    }

    fn primary_key(&mut self, table: &str) -> Vec<String> {
        let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk");
        let columns: Vec<Column> = sql_query(sql).load(&mut self.connection).unwrap();
        columns.into_iter().map(|column| column.name).collect()
    }

    fn indexes(&mut self, table: &str) -> Vec<(String, Vec<String>)> {
        let indexes: Vec<Index> =
            sql_query(format!("SELECT name FROM pragma_index_list('{table}')")).load(&mut self.connection).unwrap();
        indexes
            .into_iter()
            .map(|index| {
                let sql = format!("SELECT name FROM pragma_index_info('{}') ORDER BY seqno", index.name);
                let columns: Vec<Column> = sql_query(sql).load(&mut self.connection).unwrap();
                (index.name, columns.into_iter().map(|column| column.name).collect())
            })
            .collect()
    }

    fn references(&mut self, table: &str) -> Vec<Reference> {
        sql_query(format!("SELECT * FROM pragma_foreign_key_list('{table}')")).load(&mut self.connection).unwrap()
    }
}

#[test]
fn the_tenant_tables_are_known() {
    let mut tables = Schema::new().tenant_tables();
    tables.sort();
    let wanted = [
        "audit_events",
        "audit_heads",
        "credit_grants",
        "credit_reservations",
        "credit_transaction_lists",
        "credit_transactions",
        "credit_transactions_listed",
        "credit_usage",
        "credit_workspace_totals",
        "credit_workspace_usage",
        "departures",
        "idempotent_answers",
        "invitations",
        "join_requests",
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
    assert_eq!(tables, wanted);
}

#[test]
fn every_table_is_strict() {
    for table in Schema::new().tables().iter().filter(|table| !table.name.starts_with("__diesel")) {
        assert_eq!(table.strict, 1, "{} is not STRICT", table.name);
    }
}

#[test]
fn tenant_tables_lead_their_keys_and_indexes_with_the_organization() {
    let mut schema = Schema::new();
    for table in schema.tenant_tables() {
        let key = schema.primary_key(&table);
        assert_eq!(key.first().map(String::as_str), Some("organization_id"), "the primary key of {table}");
        for (index, columns) in schema.indexes(&table) {
            if !ACROSS_TENANTS.contains(&index.as_str()) {
                assert_eq!(
                    columns.first().map(String::as_str),
                    Some("organization_id"),
                    "the index {index} of {table}"
                );
            }
        }
    }
}

#[test]
fn tenant_tables_go_with_their_organization() {
    let mut schema = Schema::new();
    for table in schema.tenant_tables() {
        let cascades = schema.references(&table).into_iter().any(|reference| {
            reference.table == "organizations"
                && reference.from == "organization_id"
                && reference.on_delete == "CASCADE"
        });
        assert!(cascades, "{table} is left over when its organization is deleted (C-09)");
    }
}

#[test]
fn what_is_kept_for_an_organization_never_outlives_it() {
    let mut schema = Schema::new();
    for (table, column, wanted) in
        [("mail_queue", "organization_id", "CASCADE"), ("installation", "default_organization_id", "SET NULL")]
    {
        let reference = schema.references(table).into_iter().find(|reference| reference.from == column).unwrap();
        assert_eq!((reference.table.as_str(), reference.on_delete.as_str()), ("organizations", wanted), "{table}");
    }
}

#[test]
fn what_is_kept_of_an_account_does_not_keep_it_from_being_deleted() {
    let mut schema = Schema::new();
    for table in schema.tables() {
        // A member cannot go: they have to leave before.
        for reference in schema.references(&table.name) {
            if reference.table == "users" && table.name != "memberships" {
                assert!(["CASCADE", "SET NULL"].contains(&reference.on_delete.as_str()), "{}", table.name);
            }
        }
    }
}

#[test]
fn assumed_statistics_name_what_there_is() {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    // A table's own name stands for its primary key.
    let sql = "SELECT tbl || '.' || idx AS name FROM sqlite_stat1 WHERE idx <> tbl \
               AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = idx AND tbl_name = tbl)";
    let mut schema = Schema::new();
    let unknown: Vec<Row> = sql_query(sql).load(&mut schema.connection).unwrap();
    assert!(unknown.is_empty(), "{:?}", unknown.into_iter().map(|row| row.name).collect::<Vec<_>>());
    // Those that are as old as the statistics, and small, have none.
    for table in schema.tenant_tables().iter().filter(|table| !["audit_heads", "roles"].contains(&table.as_str())) {
        let sql = format!("SELECT tbl AS name FROM sqlite_stat1 WHERE tbl = '{table}'");
        let known: Vec<Row> = sql_query(sql).load(&mut schema.connection).unwrap();
        let indexes = schema.indexes(table).len();
        assert!(known.len() == indexes, "{table} has {} statistics and {indexes} indexes", known.len());
    }
}

// R-LED-3: what was spent is not forgotten with who spent it, or where.
#[test]
fn the_ledger_points_to_nothing_that_may_go() {
    let mut schema = Schema::new();
    let tables = [
        "credit_grants",
        "credit_transactions",
        "credit_reservations",
        "credit_usage",
        "credit_workspace_usage",
        "credit_workspace_totals",
    ];
    for table in tables {
        let mut others = schema.references(table).into_iter().map(|reference| reference.table);
        assert!(others.all(|other| other == "organizations"));
    }
    let quotas = schema.references("member_quotas");
    let membership = quotas.iter().find(|reference| reference.table == "memberships").unwrap();
    assert_eq!(membership.on_delete, "CASCADE");
    let budgets = schema.references("workspace_budgets");
    let workspace = budgets.iter().find(|reference| reference.table == "workspaces").unwrap();
    assert_eq!(workspace.on_delete, "CASCADE");
}

#[test]
fn what_is_in_or_granted_goes_with_the_workspace_and_with_the_membership() {
    let mut schema = Schema::new();
    for table in ["workspace_members", "workspace_grants"] {
        for wanted in ["workspaces", "memberships"] {
            let reference = schema.references(table).into_iter().find(|reference| reference.table == wanted).unwrap();
            assert_eq!(reference.on_delete, "CASCADE", "{table} to {wanted}");
        }
    }
    let references = schema.references("workspaces");
    let actions = ["personal_of", "created_by", "group_id"]
        .map(|column| references.iter().find(|reference| reference.from == column).unwrap().on_delete.as_str());
    assert_eq!(actions, ["CASCADE", "SET NULL", "NO ACTION"]);
}

#[test]
fn references_between_tenant_tables_carry_the_organization() {
    let mut schema = Schema::new();
    let tenant_tables = schema.tenant_tables();
    for table in &tenant_tables {
        let references = schema.references(table);
        for reference in references.iter().filter(|reference| tenant_tables.contains(&reference.table)) {
            let carried = references.iter().any(|part| {
                part.id == reference.id
                    && part.from == "organization_id"
                    && part.to.as_deref() == Some("organization_id")
            });
            assert!(carried, "{table} could point into another tenant's {}", reference.table);
        }
    }
}

#[test]
fn every_reference_is_served_by_an_index() {
    let mut schema = Schema::new();
    let tables: Vec<String> = schema.tables().into_iter().map(|table| table.name).collect();
    for table in tables.into_iter().filter(|table| !SINGLETONS.contains(&table.as_str())) {
        let mut leading: Vec<String> =
            schema.indexes(&table).into_iter().filter_map(|(_, columns)| columns.into_iter().next()).collect();
        leading.extend(schema.primary_key(&table).into_iter().next());
        for reference in schema.references(&table) {
            let first_of_its_key = schema
                .references(&table)
                .into_iter()
                .any(|part| part.id == reference.id && leading.contains(&part.from));
            assert!(first_of_its_key, "deleting from {} walks over all of {table}", reference.table);
        }
    }
}
