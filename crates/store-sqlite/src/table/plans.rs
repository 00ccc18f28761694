//! Every query that a list or a hot path asks is served by an index, in the
//! list's order: what keeps it as fast with a million rows as with one. And its
//! statement stays prepared.

mod credits;
mod joining;
mod workspaces;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use guildhall_domain::audit::{AuditAction, AuditFilter};
use guildhall_domain::page::{KeyPosition, PageRequest, PageSize};
use guildhall_domain::{
    Email, MemberId, MemberRole, OrganizationId, OrganizationStatus, RoleId, SessionId, Timestamp, TokenDigest, UserId,
};
use guildhall_ports::PasswordHash;
use guildhall_ports::store::{AccountRef, CheckQuery, MemberFilter, OrganizationFilter, OrganizationRef, StoreError};
use uuid::Uuid;

use super::{
    active_organization, audit_events, membership_changes, memberships, my_organization, my_organizations,
    organizations, roles, sessions, user_passwords, users,
};
use crate::connection::{self, Purpose};
use crate::hot;

const AT: Timestamp = Timestamp::UNIX_EPOCH;
const ID: Uuid = Uuid::from_u128(1);

/// Runs `ask` on an empty database and explains every statement that it sent.
fn plans<T>(ask: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plans.db");
    crate::migrate(&path).unwrap();
    let mut connection = connection::open(&path, Purpose::Write, Duration::from_secs(1)).unwrap();
    let statements = Arc::new(Mutex::new(Statements::default()));
    connection.set_instrumentation(Listener(Arc::clone(&statements)));
    // Whether it finds anything is not the question.
    drop(ask(&mut connection));
    connection.set_instrumentation(None::<Box<dyn Instrumentation>>);
    let Statements { asked, prepared } = std::mem::take(&mut *statements.lock().unwrap());
    assert!(!asked.is_empty());
    for sql in &asked {
        assert!(prepared.contains(sql), "prepared anew at every run: {sql}");
        // SQLite itself would prepare it anew for every number.
        assert!(!sql.contains("LIMIT ?"), "{sql}");
    }
    asked.iter().flat_map(|sql| explain(&mut connection, sql)).collect()
}

#[derive(Default)]
struct Statements {
    asked: Vec<String>,
    /// Those that the connection keeps.
    prepared: Vec<String>,
}

struct Listener(Arc<Mutex<Statements>>);

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let mut statements = self.0.lock().unwrap();
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                let sql = text.split(" -- binds").next().unwrap_or_default().to_owned();
                statements.asked.push(sql);
            }
            InstrumentationEvent::CacheQuery { sql, .. } => statements.prepared.push(sql.to_owned()),
            _ => {}
        }
    }
}

fn explain(connection: &mut SqliteConnection, sql: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    let rows: Vec<Row> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(connection).unwrap();
    rows.into_iter().map(|row| row.detail).collect()
}

/// Asserts that nothing is read from end to end, nor sorted.
fn assert_served_by_indexes<T>(what: &str, ask: impl FnOnce(&mut SqliteConnection) -> Result<T, StoreError>) {
    for step in plans(ask) {
        let constant = step.starts_with("SCAN CONSTANT ROW") || step == "SCAN c";
        assert!(constant || !step.starts_with("SCAN"), "{what}: {step}");
        assert!(!step.contains("TEMP B-TREE"), "{what}: {step}");
    }
}

fn behind() -> PageRequest<KeyPosition> {
    PageRequest { size: PageSize::MAX, after: Some(KeyPosition { key: "m".to_owned(), id: ID }) }
}

#[test]
fn hot_reads_are_served_by_indexes() {
    let digest = TokenDigest::new([0; 32]);
    assert_served_by_indexes("authenticate", |c| hot::authenticate(c, digest));
    let query = CheckQuery { digest, organization: OrganizationRef::Active, subject: Some(ID.into()), workspace: None };
    assert_served_by_indexes("check", |c| hot::check(c, &query));
    assert_served_by_indexes("open", |c| organizations::open(c, ID.into(), ID.into()));
    assert_served_by_indexes("active", |c| active_organization(c, ID.into()));
}

#[test]
fn lists_are_served_by_indexes_in_their_order() {
    let organization = OrganizationId::from(ID);
    let role = |role| MemberFilter { role: Some(role), search: None };
    for filter in [
        MemberFilter::default(),
        role(MemberRole::Admin),
        role(MemberRole::Custom(RoleId::from(ID))),
        MemberFilter { search: Some("a".to_owned()), role: None },
    ] {
        assert_served_by_indexes("members", |c| memberships::list(c, organization, &filter, &behind()));
    }
    assert_served_by_indexes("roles", |c| roles::list(c, organization, &behind()));
    let page = PageRequest { size: PageSize::MAX, after: Some(ID) };
    assert_served_by_indexes("sessions", |c| sessions::list(c, ID.into(), &page));
    for status in [None, Some(OrganizationStatus::Suspended)] {
        // The operator's list of everything goes along the primary key from a position.
        assert_served_by_indexes("organizations", |c| organizations::list(c, &OrganizationFilter { status }, &page));
    }
    assert_served_by_indexes("users", |c| users::list(c, None, &behind()));
    assert_served_by_indexes("chain", |c| audit_events::chain(c, organization, 7, 100));
}

#[test]
fn filters_are_served_by_their_own_indexes() {
    let organization = OrganizationId::from(ID);
    let page = PageRequest { size: PageSize::MAX, after: Some(7) };
    let every = AuditFilter::default();
    for (filter, index) in [
        (every.clone(), "PRIMARY KEY"),
        (AuditFilter { action: Some(AuditAction::AccessDenied), ..every.clone() }, "audit_events_by_action"),
        (AuditFilter { actor: Some(ID.into()), ..every.clone() }, "audit_events_by_actor"),
        (AuditFilter { target: Some(ID), from: Some(AT), until: Some(AT), ..every }, "audit_events_by_target"),
    ] {
        assert_served_by_indexes("audit", |c| audit_events::list(c, organization, &filter, &page));
        let steps = plans(|c| audit_events::list(c, organization, &filter, &page));
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:?}");
    }
    for (role, index) in [(None, "memberships_by_email"), (Some(MemberRole::Admin), "memberships_by_role")] {
        let filter = MemberFilter { role, search: None };
        let steps = plans(|c| memberships::list(c, organization, &filter, &behind()));
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:?}");
    }
}

#[test]
fn my_organizations_cost_only_my_organizations() {
    // A user's own few are sorted by name; everybody else's are not touched.
    let steps = plans(|c| my_organizations(c, ID.into(), &behind()));
    assert!(steps.iter().all(|step| !step.starts_with("SCAN")), "{steps:?}");
    assert_served_by_indexes("one of mine", |c| my_organization(c, ID.into(), ID.into()));
}

#[test]
fn single_rows_are_found_by_indexes() {
    let organization = OrganizationId::from(ID);
    assert_served_by_indexes("member", |c| memberships::find(c, organization, ID));
    assert_served_by_indexes("touch", |c| membership_changes::touch(c, organization, UserId::from(ID), AT));
    assert_served_by_indexes("delete", |c| membership_changes::delete(c, organization, MemberId::from(ID), AT));
    assert_served_by_indexes("reassign", |c| {
        membership_changes::reassign_role(c, organization, ID.into(), MemberRole::Member, AT)
    });
    assert_served_by_indexes("organization", |c| organizations::find(c, organization));
    assert_served_by_indexes("role", |c| roles::find(c, organization, ID.into()));
    assert_served_by_indexes("user", |c| users::find(c, ID.into()));
    assert_served_by_indexes("password", |c| user_passwords::put(c, ID.into(), &PasswordHash::new("a".to_owned())));
    assert_served_by_indexes("end of the chain", |c| audit_events::head(c, organization));
    assert_served_by_indexes("session", |c| sessions::touch(c, SessionId::from(ID), AT));
    let email = Email::parse("a@example.com").unwrap();
    assert_served_by_indexes("account", |c| users::summary(c, &AccountRef::Email(email)));
}
