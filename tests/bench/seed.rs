//! Fills a migrated database for `make bench`: one organization with 200
//! members who are logged in, people to add, and as many other organizations
//! of ten members each as asked for.
//!
//! `seed DATABASE_URL ORGANIZATIONS OUTPUT_FOLDER`, with a PostgreSQL URL of a
//! superuser (row-level security holds for everybody else). Writes `tokens`
//! (of the 200), `spread` (token and organization of 1,000 others), `people`
//! (to add), `organization` (the one), and those of `seed_workspaces` into the folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a tool for benches only")]

mod seed_workspaces;

use std::fmt::Write as _;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use guildhall_ports::{ExposeSecret, TokenKind, TokenMint};
use guildhall_security::RandomTokenMint;

/// How many members the one organization has.
const MEMBERS: u64 = 200;
/// How many accounts wait to be added.
const PEOPLE: u64 = 30_000;
/// How many members of other organizations are logged in.
const SPREAD: u64 = 1_000;
/// Members of every other organization, and organizations of each of their users.
const TEN: u64 = 10;
const ORGANIZATIONS_OF_A_USER: u64 = 5;

/// What an identifier is for: its first eight digits.
#[derive(Clone, Copy)]
enum Kind {
    Member = 1,
    Person = 2,
    BulkUser = 3,
    Organization = 4,
    Membership = 5,
    BulkOrganization = 6,
    BulkMembership = 7,
    Session = 8,
    BulkSession = 9,
    Reader = 10,
    ReaderSession = 11,
    ReaderMembership = 12,
    WorkspaceOrganization = 13,
    Workspace = 14,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, organizations, folder] = arguments.as_slice() else {
        panic!("usage: seed DATABASE_URL ORGANIZATIONS OUTPUT_FOLDER")
    };
    let organizations: u64 = organizations.parse().unwrap();
    let folder = Path::new(folder);
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let sql = script(&Sqlite, organizations, folder);
            let mut connection = SqliteConnection::establish(path).unwrap();
            connection.batch_execute(&format!("BEGIN; {sql} COMMIT;")).unwrap();
        }
        None => {
            let sql = script(&Postgres, organizations, folder);
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(&format!("BEGIN; {sql} COMMIT;")).await.unwrap();
            client.batch_execute("VACUUM ANALYZE").await.unwrap();
            client.batch_execute("CHECKPOINT").await.unwrap();
        }
    }
}

/// What the two databases write differently.
trait Dialect {
    /// The identifier of `kind` with the number that the SQL expression gives.
    fn id(&self, kind: Kind, number: &str) -> String;
    fn series(&self, until: u64) -> String;
    fn now(&self) -> &'static str;
    fn soon(&self) -> &'static str;
    fn bytes(&self, bytes: &[u8]) -> String;
    fn truth(&self, value: bool) -> &'static str;
    fn line_break(&self) -> &'static str;
    fn zero_hash(&self) -> &'static str;
    /// A column that only one of the two has, with its value.
    fn workspace_search(&self) -> (&'static str, &'static str);
}

struct Postgres;

impl Dialect for Postgres {
    fn id(&self, kind: Kind, number: &str) -> String {
        format!("('{:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid", kind as u32)
    }
    fn series(&self, until: u64) -> String {
        format!("generate_series(1, {until}) AS series(i)")
    }
    fn now(&self) -> &'static str {
        "now()"
    }
    fn soon(&self) -> &'static str {
        "now() + interval '30 days'"
    }
    fn bytes(&self, bytes: &[u8]) -> String {
        format!("'\\x{}'::bytea", hexadecimal(bytes))
    }
    fn truth(&self, value: bool) -> &'static str {
        if value { "true" } else { "false" }
    }
    fn line_break(&self) -> &'static str {
        "chr(10)"
    }
    fn zero_hash(&self) -> &'static str {
        "decode(repeat('00', 32), 'hex')"
    }
    fn workspace_search(&self) -> (&'static str, &'static str) {
        ("", "")
    }
}

struct Sqlite;

impl Dialect for Sqlite {
    fn id(&self, kind: Kind, number: &str) -> String {
        format!("unhex(printf('{:08x}000070008000%012x', {number}))", kind as u32)
    }
    fn series(&self, until: u64) -> String {
        format!(
            "(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {until}) SELECT i FROM s) AS series"
        )
    }
    fn now(&self) -> &'static str {
        "unixepoch() * 1000000"
    }
    fn soon(&self) -> &'static str {
        "(unixepoch() + 2592000) * 1000000"
    }
    fn bytes(&self, bytes: &[u8]) -> String {
        format!("x'{}'", hexadecimal(bytes))
    }
    fn truth(&self, value: bool) -> &'static str {
        if value { "1" } else { "0" }
    }
    fn line_break(&self) -> &'static str {
        "char(10)"
    }
    fn zero_hash(&self) -> &'static str {
        "zeroblob(32)"
    }
    fn workspace_search(&self) -> (&'static str, &'static str) {
        ("search_key,", "'workspace ' || i || char(10) || 'workspace-' || i,")
    }
}

fn script(dialect: &dyn Dialect, organizations: u64, folder: &Path) -> String {
    let mut sql = String::new();
    sql += &users(dialect, Kind::Member, "member", MEMBERS);
    sql += &users(dialect, Kind::Person, "person", PEOPLE);
    let one = OrganizationsOf { kind: Kind::Organization, name: "bench", members: MEMBERS };
    sql += &one.insert(dialect, 1);
    let id = dialect.id(Kind::Membership, "i");
    let (org, user) = (dialect.id(Kind::Organization, "1"), dialect.id(Kind::Member, "i"));
    sql += &memberships(dialect, MEMBERS, &org, &id, &user, "'member' || i", "i = 1");
    let tokens = sessions(dialect, Kind::Session, Kind::Member, MEMBERS, &mut sql);
    std::fs::write(folder.join("tokens"), tokens.join("\n")).unwrap();
    std::fs::write(folder.join("organization"), identifier(Kind::Organization, 1)).unwrap();
    let people: Vec<_> = (1..=PEOPLE).map(|i| identifier(Kind::Person, i)).collect();
    std::fs::write(folder.join("people"), people.join("\n")).unwrap();
    seed_workspaces::script(dialect, folder, &mut sql);
    let mut spread = Vec::new();
    if organizations > 0 {
        let bulk_users = organizations * TEN / ORGANIZATIONS_OF_A_USER;
        sql += &users(dialect, Kind::BulkUser, "bulk", bulk_users);
        sql += &OrganizationsOf { kind: Kind::BulkOrganization, name: "other", members: TEN }
            .insert(dialect, organizations);
        // Membership i is in organization (i - 1) / 10 + 1, of user (i - 1) % users + 1: never the same twice.
        let id = dialect.id(Kind::BulkMembership, "i");
        let org = dialect.id(Kind::BulkOrganization, &format!("(i - 1) / {TEN} + 1"));
        let number = format!("(i - 1) % {bulk_users} + 1");
        let user = dialect.id(Kind::BulkUser, &number);
        sql += &memberships(
            dialect,
            organizations * TEN,
            &org,
            &id,
            &user,
            &format!("'bulk' || ({number})"),
            &format!("i % {TEN} = 1"),
        );
        let count = SPREAD.min(bulk_users);
        let tokens = sessions(dialect, Kind::BulkSession, Kind::BulkUser, count, &mut sql);
        spread = tokens
            .iter()
            .zip(1_u64..)
            .map(|(token, user)| format!("{token} {}", identifier(Kind::BulkOrganization, (user - 1) / TEN + 1)))
            .collect();
    }
    std::fs::write(folder.join("spread"), spread.join("\n")).unwrap();
    sql
}

fn users(dialect: &dyn Dialect, kind: Kind, name: &str, count: u64) -> String {
    let (id, series, now, no, br) =
        (dialect.id(kind, "i"), dialect.series(count), dialect.now(), dialect.truth(false), dialect.line_break());
    format!(
        "INSERT INTO users (id, email, name, search_key, superadmin, created_at, updated_at, version) \
         SELECT {id}, '{name}' || i || '@example.com', '{name} ' || i, '{name} ' || i || {br} || '{name}' || i || '@example.com', \
         {no}, {now}, {now}, 1 FROM {series};\n"
    )
}

struct OrganizationsOf {
    kind: Kind,
    name: &'static str,
    members: u64,
}

impl OrganizationsOf {
    fn insert(&self, dialect: &dyn Dialect, count: u64) -> String {
        let Self { kind, name, members } = self;
        let (id, series, now, zero) =
            (dialect.id(*kind, "i"), dialect.series(count), dialect.now(), dialect.zero_hash());
        format!(
            "INSERT INTO organizations (id, name, name_key, slug, status, plan, users_count, owners_count, workspaces_count, \
             created_at, updated_at, version) SELECT {id}, '{name} ' || i, '{name} ' || i, '{name}-' || i, 'active', 'ENTERPRISE', \
             {members}, 1, 0, {now}, {now}, 1 FROM {series};\n\
             INSERT INTO audit_heads (organization_id, sequence, hash) SELECT {id}, 0, {zero} FROM {series};\n"
        )
    }
}

fn memberships(
    dialect: &dyn Dialect,
    count: u64,
    organization: &str,
    id: &str,
    user: &str,
    account: &str,
    is_owner: &str,
) -> String {
    let (series, now, no) = (dialect.series(count), dialect.now(), dialect.truth(false));
    format!(
        "INSERT INTO memberships (organization_id, id, user_id, email, role, all_read, all_write, source, created_at, \
         updated_at, last_active_at, version) SELECT {organization}, {id}, {user}, {account} || '@example.com', \
         CASE WHEN {is_owner} THEN 'owner' ELSE 'admin' END, {no}, {no}, 'direct_add', {now}, {now}, {now}, 1 FROM {series};\n"
    )
}

/// Logs `count` users in and gives their tokens.
fn sessions(dialect: &dyn Dialect, kind: Kind, user: Kind, count: u64, sql: &mut String) -> Vec<String> {
    (1..=count)
        .map(|i| {
            let token = RandomTokenMint.mint(TokenKind::Session);
            let number = i.to_string();
            let (id, user, digest) =
                (dialect.id(kind, &number), dialect.id(user, &number), dialect.bytes(token.digest.as_bytes()));
            let (now, soon) = (dialect.now(), dialect.soon());
            writeln!(
                sql,
                "INSERT INTO sessions (id, user_id, token_digest, created_at, last_seen_at, expires_at) \
                 VALUES ({id}, {user}, {digest}, {now}, {now}, {soon});"
            )
            .unwrap();
            token.secret.expose_secret().to_owned()
        })
        .collect()
}

fn identifier(kind: Kind, number: u64) -> String {
    format!("{:08x}-0000-7000-8000-{number:012x}", kind as u32)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
