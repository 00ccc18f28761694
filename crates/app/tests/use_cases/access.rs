//! No list ever contains what a check denies, and the other way round (C-20,
//! C-121): random organizations, looked at by everybody.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_app::member::{AccessAsked, CheckPermission};
use guildhall_app::role::CreateRole;
use guildhall_app::workspace::{CreateWorkspace, WorkspaceQuery};
use guildhall_app::{AppError, ListRequest, OrganizationRef, Precondition};
use guildhall_domain::blueprint::{Blueprint, DefaultAccess, DefaultWorkspaceAccess};
use guildhall_domain::page::PageSize;
use guildhall_domain::policy::{Denied, WorkspacePower};
use guildhall_domain::{AccessLevel, Name, Permission, WorkspaceAccess, WorkspaceGrant, WorkspaceId, WorkspaceRole};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::workspaces::named;
use crate::world::{Person, World, request};

/// Owner, admin, two members, one whose role reads everything, a stranger, a superadmin.
const PEOPLE: [&str; 7] = ["Ann", "Adam", "Mia", "Max", "Rhea", "Sid", "Root"];
const MEMBERS: usize = 5;

#[derive(Debug, Clone)]
enum Step {
    Create(usize, DefaultWorkspaceAccess),
    Grant(usize, Vec<(usize, AccessLevel)>),
    Flags(usize, WorkspaceAccess),
    TakeIn(usize, usize, WorkspaceRole),
    PutOut(usize, usize),
    Archive(usize),
    Delete(usize),
    Leave(usize),
}

fn step() -> impl Strategy<Value = Step> {
    use DefaultWorkspaceAccess::{None, Read, Write};
    let who = 0..MEMBERS;
    let level = prop_oneof![Just(AccessLevel::Read), Just(AccessLevel::Write)];
    let role = prop_oneof![Just(WorkspaceRole::Owner), Just(WorkspaceRole::Member)];
    let flags =
        (any::<bool>(), any::<bool>()).prop_map(|(all_read, all_write)| WorkspaceAccess { all_read, all_write });
    prop_oneof![
        4 => (who.clone(), prop_oneof![4 => Just(None), 1 => Just(Read), 1 => Just(Write)]).prop_map(|(w, d)| Step::Create(w, d)),
        3 => (2..MEMBERS, prop::collection::vec((0..8_usize, level), 0..4)).prop_map(|(w, g)| Step::Grant(w, g)),
        1 => (2..MEMBERS, flags).prop_map(|(w, f)| Step::Flags(w, f)),
        3 => (who.clone(), 0..8_usize, role).prop_map(|(w, s, r)| Step::TakeIn(w, s, r)),
        2 => (who, 0..8_usize).prop_map(|(w, s)| Step::PutOut(w, s)),
        1 => (0..8_usize).prop_map(Step::Archive),
        1 => (0..8_usize).prop_map(Step::Delete),
        1 => (2..MEMBERS).prop_map(Step::Leave),
    ]
}

struct Organization {
    world: World,
    people: Vec<Person>,
    at: OrganizationRef,
    workspaces: Vec<WorkspaceId>,
}

impl Organization {
    async fn new(default: DefaultAccess) -> Self {
        let mut blueprint = Blueprint { default_member_access: default, ..Blueprint::default() };
        blueprint.workspace_kinds.0[0].can_be_personal = true;
        let world = World::with_blueprint(blueprint);
        let mut people = Vec::new();
        for name in PEOPLE {
            people.push(if name == "Root" { world.superadmin(name).await } else { world.register(name).await });
        }
        let at = OrganizationRef::Id(people[0].organization);
        let reader = CreateRole {
            name: Name::parse("Reader").unwrap(),
            description: None,
            permissions: [Permission::WorkspaceRead, Permission::MemberRead, Permission::WorkspaceCreate]
                .into_iter()
                .collect(),
        };
        world.guildhall.create_role(&people[0].caller, at, reader).await.unwrap();
        for (who, role) in [(1, "admin"), (2, "member"), (3, "member"), (4, "reader")] {
            world.add(&people[0], &people[who], role).await;
        }
        Self { world, people, at, workspaces: Vec::new() }
    }

    fn nth(&self, nth: usize) -> Option<WorkspaceId> {
        self.workspaces.get(nth % self.workspaces.len().max(1)).copied()
    }

    fn user(&self, who: usize) -> uuid::Uuid {
        self.people[who].caller.actor.user_id.uuid()
    }

    async fn take(&mut self, step: Step) {
        let guildhall = self.world.guildhall.clone();
        let (owner, at, none) = (self.people[0].caller.clone(), self.at, Precondition::None);
        // What is not possible just then is refused; here only what is there afterwards counts.
        match step {
            Step::Create(who, default) => {
                let command = CreateWorkspace { default_access: Some(default), ..named("Workspace") };
                if let Ok(seen) = guildhall.create_workspace(&self.people[who].caller, at, &command).await {
                    self.workspaces.push(seen.workspace.id);
                }
            }
            Step::Grant(who, grants) => {
                let mut chosen = BTreeMap::new();
                for (nth, access) in grants {
                    if let Some(id) = self.nth(nth) {
                        chosen.insert(id, access);
                    }
                }
                let grants = chosen.into_iter().map(|(workspace_id, access)| WorkspaceGrant { workspace_id, access });
                let asked = AccessAsked { flags: None, grants: grants.collect() };
                let _ = guildhall.set_member_access(&owner, at, self.user(who), &asked, &none).await;
            }
            Step::Flags(who, flags) => {
                let _ = guildhall.set_member_access(&owner, at, self.user(who), &flags.into(), &none).await;
            }
            Step::TakeIn(who, nth, role) => {
                if let Some(id) = self.nth(nth) {
                    let _ = guildhall.add_workspace_member(&owner, at, id, self.user(who), role).await;
                }
            }
            Step::PutOut(who, nth) => {
                if let Some(id) = self.nth(nth) {
                    let _ = guildhall.remove_workspace_member(&owner, at, id, self.user(who)).await;
                }
            }
            Step::Archive(nth) => {
                if let Some(id) = self.nth(nth) {
                    let _ = guildhall.set_workspace_archived(&owner, at, id, true, &none).await;
                }
            }
            Step::Delete(nth) => {
                if let Some(id) = self.nth(nth) {
                    guildhall.delete_workspace(&owner, at, id, &none).await.unwrap();
                    self.workspaces.retain(|known| *known != id);
                }
            }
            Step::Leave(who) => {
                if guildhall.remove_member(&owner, at, self.user(who), &none).await.is_ok() {
                    self.world.add(&self.people[0], &self.people[who], "member").await;
                }
            }
        }
    }

    /// Everything that somebody is shown, page by page, with how much they may do.
    async fn listed(&self, who: &Person) -> Result<BTreeMap<WorkspaceId, WorkspacePower>, AppError> {
        let mut shown = BTreeMap::new();
        for archived in [false, true] {
            let query = WorkspaceQuery { archived, ..WorkspaceQuery::default() };
            let mut request = ListRequest { size: PageSize::new(3).unwrap(), ..ListRequest::default() };
            loop {
                let page = self.world.guildhall.list_workspaces(&who.caller, self.at, &query, &request).await?;
                for seen in page.items {
                    assert_eq!(seen.workspace.is_archived(), archived);
                    assert!(shown.insert(seen.workspace.id, seen.power).is_none(), "shown once");
                }
                match page.next {
                    Some(next) => request.after = Some(next),
                    None => break,
                }
            }
        }
        Ok(shown)
    }

    async fn check(&self) {
        let guildhall = &self.world.guildhall;
        // What there is, personal workspaces included: the superadmin is shown everything.
        let there = self.listed(&self.people[6]).await.unwrap();
        assert_eq!(there.len(), self.workspaces.len() + MEMBERS);
        let archived = self.archived().await;
        for who in &self.people {
            let shown = match self.listed(who).await {
                Ok(shown) => shown,
                Err(AppError::NotFound { .. }) => {
                    assert_eq!(who.caller.actor.user_id, self.people[5].caller.actor.user_id, "only a stranger");
                    continue;
                }
                Err(other) => panic!("{other}"),
            };
            let mut questions = Vec::new();
            for id in there.keys() {
                for permission in [Permission::WorkspaceRead, Permission::WorkspaceWrite, Permission::WorkspaceManage] {
                    questions.push(CheckPermission { permission, user_id: None, workspace_id: Some(*id) });
                }
            }
            let mut answers = Vec::new();
            for some in questions.chunks(100) {
                answers.extend(guildhall.check_many(&who.token, request(), self.at, some).await.unwrap());
            }
            for (question, allowed) in questions.iter().zip(answers) {
                let id = question.workspace_id.unwrap();
                let single = guildhall.check(&who.token, request(), self.at, *question).await.unwrap();
                assert_eq!(allowed, single, "a batch answers as one by one");
                let power = shown.get(&id).copied();
                let expected = match question.permission {
                    Permission::WorkspaceRead => power.is_some(),
                    Permission::WorkspaceWrite => power >= Some(WorkspacePower::Write) && !archived.contains(&id),
                    _ => power >= Some(WorkspacePower::Manage),
                };
                assert_eq!(allowed, expected, "{question:?} {power:?}");
            }
            for id in there.keys() {
                match guildhall.workspace(&who.caller, self.at, *id).await {
                    Ok(seen) => assert_eq!(Some(seen.power), shown.get(id).copied()),
                    Err(error) => {
                        let denied = Denied::WorkspaceDenied { workspace: *id, permission: Permission::WorkspaceRead };
                        assert_eq!(error, AppError::Denied(denied));
                        assert!(!shown.contains_key(id));
                    }
                }
            }
            self.check_explanation(who, &shown, &archived).await;
        }
        let organization = guildhall.organization(&self.people[0].caller, self.at).await.unwrap();
        assert_eq!(organization.workspaces_count, self.workspaces.len() as u64, "M-15: counted as they are");
    }

    async fn archived(&self) -> BTreeSet<WorkspaceId> {
        let query = WorkspaceQuery { archived: true, ..WorkspaceQuery::default() };
        let request = ListRequest { size: PageSize::MAX, ..ListRequest::default() };
        let page = self.world.guildhall.list_workspaces(&self.people[6].caller, self.at, &query, &request).await;
        page.unwrap().items.into_iter().map(|seen| seen.workspace.id).collect()
    }

    /// C-18, C-20: the reasons say the same as the list.
    async fn check_explanation(
        &self,
        who: &Person,
        shown: &BTreeMap<WorkspaceId, WorkspacePower>,
        archived: &BTreeSet<WorkspaceId>,
    ) {
        if who.caller.actor.superadmin {
            return;
        }
        let request = ListRequest { size: PageSize::MAX, ..ListRequest::default() };
        let user = who.caller.actor.user_id.uuid();
        let explained = self.world.guildhall.explain_access(&who.caller, self.at, user, &request).await.unwrap();
        let reasons: BTreeMap<_, _> = explained
            .items
            .iter()
            .map(|item| (item.workspace.id, item.sources.iter().map(|(_, power)| *power).max().unwrap()))
            .collect();
        let in_use = shown.iter().filter(|(id, _)| !archived.contains(id)).map(|(id, power)| (*id, *power));
        assert_eq!(reasons, in_use.collect());
    }
}

proptest! {
    #![proptest_config(Config { cases: 48, ..Config::default() })]
    #[test]
    fn lists_and_checks_agree(
        all in any::<bool>(),
        steps in prop::collection::vec(step(), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let default = if all { DefaultAccess::All } else { DefaultAccess::None };
            let mut organization = Organization::new(default).await;
            for step in steps {
                organization.take(step).await;
            }
            organization.check().await;
        });
    }
}
