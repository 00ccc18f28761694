//! What was acknowledged is there after a restart, and after a kill (R-CRASH, R-AUD-4).

#![allow(clippy::unwrap_used, reason = "what cannot be made fails the test")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use guildhall_domain::audit::{AuditAction, ChainVerifier};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{Limit, MemberRole, OrganizationId};
use guildhall_ports::store::OrganizationFilter;
use guildhall_store_sqlite::{SqliteOptions, SqliteStore};
use guildhall_testkit::fixtures::Fixture;

/// Tells the test that is started as a process of its own where to write.
const FILE: &str = "GUILDHALL_TEST_FILE";

fn open(path: &Path) -> Fixture {
    Fixture::new(Arc::new(SqliteStore::open(path, SqliteOptions::default()).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_finds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guildhall.db");
    let f = open(&path);
    let (owner, organization) = f.seed_owned("Acme").await;
    f.seed_member(organization.id, "member@acme.example", MemberRole::Member).await;
    f.seed_role(organization.id, "Reader", &[]).await;
    f.seed_events(organization.id, &owner, 3).await;
    let session = f.seed_session(owner.id).await;
    let before = f.state(organization.id).await;
    let caller = f.store.authenticate(session.token_digest).await;
    drop(f);
    assert!(!path.with_file_name("guildhall.db-wal").exists(), "an orderly end leaves one file");

    let f = open(&path);
    assert_eq!(f.state(organization.id).await, before);
    assert_eq!(f.store.authenticate(session.token_digest).await, caller);
}

/// Not a test by itself: writes until it is killed, and says what was acknowledged.
#[tokio::test(flavor = "multi_thread")]
async fn writes_until_killed() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let f = open(Path::new(&path));
    let (owner, organization) = f.seed_owned("Acme").await;
    for n in 1.. {
        let user = f.seed_user(&format!("user{n}@acme.example")).await;
        let membership = f.membership(organization.id, user.id, MemberRole::Member);
        let event = f.event(Some(organization.id), AuditAction::AddUserToOrg, &owner);
        f.write(organization.id, async |unit| {
            unit.add_member(&membership, Limit::Unlimited).await?;
            unit.append_audit(&event).await
        })
        .await;
        writeln!(std::io::stdout(), "acknowledged {n}").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=5_u64 {
        let path = folder.path().join(format!("round{round}.db"));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writes_until_killed", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wanted = format!("acknowledged {}", round * 7);
        assert!(lines.map_while(Result::ok).any(|line| line.ends_with(&wanted)), "the child ended too early");
        child.kill().unwrap();
        child.wait().unwrap();

        let f = open(&path);
        let page = PageRequest::first(PageSize::MAX);
        let filter = OrganizationFilter::default();
        let found = f.read_platform(async |unit| unit.list_organizations(&filter, &page).await).await;
        let organization = found.items.into_iter().next().unwrap();
        assert_whole(&f, organization.id, round * 7).await;
    }
}

async fn assert_whole(f: &Fixture, organization: OrganizationId, acknowledged: u64) {
    let state = f.state(organization).await;
    let added = state.members.len() as u64 - 1;
    assert!(added >= acknowledged, "{acknowledged} were acknowledged, {added} are there");
    assert_eq!(state.records.len() as u64, added, "a member and its audit record go together");
    assert_eq!(state.organization.unwrap().users_count, added + 1);
    let mut verifier = ChainVerifier::new(Some(organization));
    state.records.iter().for_each(|record| verifier.push(record).unwrap());
    assert_eq!(verifier.finish(state.head.unwrap()), Ok(added));
}
