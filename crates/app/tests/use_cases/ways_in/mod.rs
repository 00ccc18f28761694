//! One state machine: random sequences of all ways into, out of and back into
//! organizations, against a model of a few lines (ADR 11; M-02, N-09, N-13,
//! C-110, C-114, S-11).

mod model;

use std::collections::BTreeMap;

use guildhall_app::domain::ClaimDomain;
use guildhall_app::invitation::{InvitationMode, InvitationRef, Invite, Invited};
use guildhall_app::member::{AccessAsked, AccountRef, AddMember};
use guildhall_app::organization::{CreateOrganization, CreateOrganizationFor};
use guildhall_app::role::RoleRef;
use guildhall_app::{AppError, Conflict, OrganizationRef, Precondition, SecretString};
use guildhall_domain::blueprint::{Blueprint, MembershipMode, SignUpOrganization};
use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{DomainName, Enrolment, InvitationId, Name, OrganizationId};
use guildhall_ports::store::Mode;
use proptest::prelude::*;

use self::model::{Model, Rules, rules};

use crate::world::{PASSWORD, Person, World};

/// What can happen: to a user (0 to 2), in an organization (0 or 1).
#[derive(Debug, Clone, Copy)]
enum Step {
    Invite(usize, usize),
    Accept(usize, usize),
    Click(usize, usize),
    Decline(usize, usize),
    Revoke(usize, usize),
    Add(usize, usize),
    Remove(usize, usize),
    Leave(usize, usize),
    Ask(usize),
    Enrol(bool),
    Found(usize),
    Request(usize),
    Approve(usize),
    /// Deletes the account and registers again with the same address.
    Return(usize),
    /// A superadmin makes an organization for the user.
    Operator(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let pair = || (0..3_usize, 0..2_usize);
    prop_oneof![
        3 => pair().prop_map(|(u, o)| Step::Invite(u, o)),
        4 => pair().prop_map(|(u, o)| Step::Accept(u, o)),
        1 => pair().prop_map(|(u, o)| Step::Click(u, o)),
        1 => pair().prop_map(|(u, o)| Step::Decline(u, o)),
        1 => pair().prop_map(|(u, o)| Step::Revoke(u, o)),
        2 => pair().prop_map(|(u, o)| Step::Add(u, o)),
        2 => pair().prop_map(|(u, o)| Step::Remove(u, o)),
        2 => pair().prop_map(|(u, o)| Step::Leave(u, o)),
        4 => (0..3_usize).prop_map(Step::Ask),
        1 => any::<bool>().prop_map(Step::Enrol),
        1 => (0..3_usize).prop_map(Step::Found),
        1 => (0..3_usize).prop_map(Step::Request),
        1 => (0..3_usize).prop_map(Step::Approve),
        1 => (0..3_usize).prop_map(Step::Return),
        1 => (0..3_usize).prop_map(Step::Operator),
    ]
}

struct Run {
    world: World,
    root: Person,
    model: Model,
    owners: Vec<Person>,
    users: Vec<Person>,
    claim: guildhall_domain::DomainClaimId,
    tokens: BTreeMap<(usize, usize), (InvitationId, SecretString)>,
    requests: BTreeMap<usize, guildhall_domain::JoinRequestId>,
}

const DOMAIN: &str = "corp.test";

impl Run {
    async fn new(rules: Rules) -> Self {
        let mut blueprint = Blueprint::default();
        if rules.exclusive {
            blueprint.membership = MembershipMode::Exclusive;
        }
        if rules.shared {
            blueprint.signup.organization = SignUpOrganization::Default;
        }
        blueprint.invitations.auto_accept = rules.auto_accept;
        let world = World::with_blueprint(blueprint);
        let root = world.register("Rita Root").await;
        world.guildhall.set_superadmin(&root.caller.email, true).await.unwrap();
        let root = world.person(world.login("Rita Root", PASSWORD).await.unwrap()).await;
        let owners = vec![world.register("Olga Zero").await, world.register("Olga One").await];
        let domain = DomainName::parse(DOMAIN).unwrap();
        let command = ClaimDomain { domain, enrolment: Enrolment::Suggest };
        let at = OrganizationRef::Id(owners[0].organization);
        let claim = world.guildhall.claim_domain(&owners[0].caller, at, command).await.unwrap();
        world.records.set(&claim.record_name(), &[&claim.record_value()]);
        world.guildhall.check_domain(&owners[0].caller, at, claim.id).await.unwrap();
        let mut users = Vec::new();
        for name in ["Uma", "Ugo", "Uli"] {
            let address = format!("{}@{DOMAIN}", name.to_lowercase());
            users.push(world.sign_up_verified(name, &address).await);
        }
        let mut model = Model { rules, ..Model::default() };
        (0..3).for_each(|user| model.place(user));
        let (tokens, requests) = (BTreeMap::new(), BTreeMap::new());
        Self { world, root, model, owners, users, claim: claim.id, tokens, requests }
    }

    fn at(&self, organization: usize) -> OrganizationRef {
        OrganizationRef::Id(self.id(organization))
    }

    fn id(&self, organization: usize) -> OrganizationId {
        self.owners[organization].organization
    }

    /// Does one step in the world and in the model, and compares the outcomes.
    async fn take(&mut self, step: Step) {
        let guildhall = self.world.guildhall.clone();
        let model = &mut self.model;
        match step {
            Step::Invite(u, o) => {
                let command = Invite {
                    email: self.users[u].caller.email.clone(),
                    mode: Some(InvitationMode::Link),
                    role: RoleRef::Default,
                    access: AccessAsked::default(),
                    expiry: None,
                    message: None,
                };
                let at = OrganizationRef::Id(self.owners[o].organization);
                match guildhall.invite(&self.owners[o].caller, at, command).await {
                    Ok(Invited::Link { invitation, token }) => {
                        assert!(!model.members.contains(&(u, o)) && !model.pending.contains(&(u, o)));
                        model.pending.push((u, o));
                        self.tokens.insert((u, o), (invitation.id, token));
                    }
                    Ok(Invited::Member(_)) => panic!("not asked for"),
                    Err(error) if error == Conflict::AlreadyMember.into() => assert!(model.members.contains(&(u, o))),
                    Err(error) => {
                        assert_eq!((error, model.pending.contains(&(u, o))), (Conflict::AlreadyInvited.into(), true))
                    }
                }
            }
            Step::Accept(u, o) | Step::Click(u, o) => {
                let Some((id, token)) = self.tokens.get(&(u, o)) else { return };
                let which = match step {
                    Step::Click(..) => InvitationRef::Received(*id),
                    _ => InvitationRef::Token(token.clone()),
                };
                let outcome = guildhall.accept_invitation(&self.users[u].caller, &which).await.map(|_| ());
                let expected = if !model.pending.contains(&(u, o)) {
                    Err("invitation")
                } else if !model.make_room(u, Some(o)) {
                    Err("room")
                } else {
                    model.settle(u, o);
                    model.join(u, o);
                    Ok(())
                };
                assert_eq!(outcome.map_err(|error| kind(&error)), expected);
            }
            Step::Decline(u, o) | Step::Revoke(u, o) => {
                let Some((id, token)) = self.tokens.get(&(u, o)) else { return };
                let outcome = match step {
                    Step::Decline(..) => {
                        let which = InvitationRef::Token(token.clone());
                        guildhall.decline_invitation(&self.users[u].caller, &which).await
                    }
                    _ => {
                        let at = OrganizationRef::Id(self.owners[o].organization);
                        guildhall.revoke_invitation(&self.owners[o].caller, at, *id, &Precondition::None).await
                    }
                };
                assert_eq!(outcome.is_ok(), model.settle(u, o));
            }
            Step::Add(u, o) => {
                let account = AccountRef::Id(self.users[u].caller.actor.user_id);
                let command = AddMember { account, role: RoleRef::Default, access: AccessAsked::default() };
                let at = OrganizationRef::Id(self.owners[o].organization);
                let outcome = guildhall.add_member(&self.owners[o].caller, at, command).await.map(|_| ());
                let expected = if !model.clone().make_room(u, Some(o)) {
                    Err("room")
                } else if model.members.contains(&(u, o)) {
                    Err("member")
                } else {
                    model.make_room(u, Some(o));
                    model.join(u, o);
                    Ok(())
                };
                assert_eq!(outcome.map_err(|error| kind(&error)), expected);
            }
            Step::Remove(u, o) => {
                let at = OrganizationRef::Id(self.owners[o].organization);
                let who = self.users[u].caller.actor.user_id.uuid();
                let outcome = guildhall.remove_member(&self.owners[o].caller, at, who, &Precondition::None).await;
                assert_eq!(outcome.is_ok(), model.members.contains(&(u, o)));
                if outcome.is_ok() {
                    model.depart(u, o);
                }
            }
            Step::Leave(u, o) => {
                let at = OrganizationRef::Id(self.owners[o].organization);
                let outcome = guildhall.leave_organization(&self.users[u].caller, at).await;
                assert_eq!(outcome.is_ok(), model.members.contains(&(u, o)));
                if outcome.is_ok() {
                    model.depart(u, o);
                }
            }
            Step::Ask(u) => {
                guildhall.me(&self.users[u].caller).await.unwrap();
                // Who belongs nowhere is let in by the domain, or gets an organization of their own.
                if model.count(u) == 0 {
                    model.welcome(u);
                }
                if model.count(u) == 0 {
                    model.place(u);
                }
            }
            Step::Enrol(automatic) => {
                let enrolment = if automatic { Enrolment::Automatic } else { Enrolment::Suggest };
                let (at, claim) = (OrganizationRef::Id(self.owners[0].organization), self.claim);
                let owner = &self.owners[0].caller;
                guildhall.set_enrolment(owner, at, claim, enrolment, &Precondition::None).await.unwrap();
                model.automatic = automatic;
            }
            Step::Found(u) => {
                let name = Name::parse("Own").unwrap();
                let command = CreateOrganization { name, slug: None, description: None, domain: None };
                let outcome = guildhall.create_organization(&self.users[u].caller, command).await.map(|_| ());
                let expected = if model.make_room(u, None) {
                    *model.founded.entry(u).or_default() += 1;
                    Ok(())
                } else {
                    Err("room")
                };
                assert_eq!(outcome.map_err(|error| kind(&error)), expected);
            }
            Step::Request(u) => {
                let organization = self.owners[0].organization;
                let outcome = guildhall.request_to_join(&self.users[u].caller, organization).await;
                match outcome {
                    Ok(request) => {
                        assert!(!model.members.contains(&(u, 0)));
                        model.requested.insert(u);
                        self.requests.insert(u, request.id);
                    }
                    Err(error) => assert_eq!((kind(&error), model.members.contains(&(u, 0))), ("member", true)),
                }
            }
            Step::Approve(u) => {
                let Some(id) = self.requests.get(&u) else { return };
                let at = OrganizationRef::Id(self.owners[0].organization);
                let owner = &self.owners[0].caller;
                let outcome = guildhall
                    .approve_join_request(owner, at, *id, &RoleRef::Default, &AccessAsked::default())
                    .await
                    .map(|_| ());
                let expected = if !model.requested.contains(&u) {
                    Err("request")
                } else if !model.make_room(u, Some(0)) {
                    Err("room")
                } else {
                    model.join(u, 0);
                    Ok(())
                };
                assert_eq!(outcome.map_err(|error| kind(&error)), expected);
            }
            Step::Operator(u) => {
                let organization = CreateOrganization {
                    name: Name::parse("Given").unwrap(),
                    slug: None,
                    description: None,
                    domain: None,
                };
                let owner = AccountRef::Id(self.users[u].caller.actor.user_id);
                let command = CreateOrganizationFor { organization, owner };
                let outcome = guildhall.create_organization_for(&self.root.caller, command).await.map(|_| ());
                let expected = if model.make_room(u, None) {
                    *model.founded.entry(u).or_default() += 1;
                    Ok(())
                } else {
                    Err("room")
                };
                assert_eq!(outcome.map_err(|error| kind(&error)), expected);
            }
            Step::Return(u) => {
                let address = self.users[u].caller.email.as_str().to_owned();
                let deleted = guildhall.delete_account(&self.users[u].caller).await;
                if model.shared.as_ref().is_some_and(|shared| shared.owner == u && !shared.others.is_empty()) {
                    assert_eq!(deleted.unwrap_err(), Conflict::LastOwner.into());
                    return;
                }
                deleted.unwrap();
                // Where they were they have left; what was only theirs is gone.
                for o in 0..2 {
                    if model.members.contains(&(u, o)) {
                        model.depart(u, o);
                    }
                }
                match &mut model.shared {
                    Some(shared) if shared.owner == u => model.shared = None,
                    Some(shared) if shared.others.contains(&u) => {
                        shared.others.remove(&u);
                        shared.departed.insert(u);
                    }
                    _ => {}
                }
                model.placeholder.remove(&u);
                model.founded.remove(&u);
                model.requested.remove(&u);
                self.users[u] = self.world.sign_up_verified("Again", &address).await;
                self.model.place(u);
                self.model.welcome(u);
            }
        }
    }

    /// Storage says what the model says.
    async fn compare(&self) {
        for (u, user) in self.users.iter().enumerate() {
            let id = user.caller.actor.user_id;
            let mut tx = self.world.store.begin_user(id, Mode::Read).await.unwrap();
            let mine = tx.list_organizations(&PageRequest::first(PageSize::MAX)).await.unwrap().items;
            tx.commit().await.unwrap();
            assert_eq!(mine.len(), self.model.count(u), "user {u}: {:?}", self.model);
            for o in 0..2 {
                let there = mine.iter().any(|mine| mine.organization.id == self.id(o));
                assert_eq!(there, self.model.members.contains(&(u, o)), "user {u} in {o}: {:?}", self.model);
            }
            assert!(!self.model.rules.exclusive || mine.len() <= 1, "exclusive");
        }
        for o in 0..2 {
            let organization = self.world.guildhall.organization(&self.owners[o].caller, self.at(o)).await.unwrap();
            let members = self.model.members.iter().filter(|(_, at)| *at == o).count();
            assert_eq!(organization.users_count, 1 + members as u64);
            assert_eq!(organization.owners_count, 1);
        }
    }
}

fn kind(error: &AppError) -> &'static str {
    match error {
        AppError::Conflict(Conflict::AlreadyInOrganization) => "room",
        AppError::Conflict(Conflict::AlreadyMember) => "member",
        AppError::NotFound { what: guildhall_app::Missing::Invitation, .. } => "invitation",
        AppError::NotFound { what: guildhall_app::Missing::JoinRequest, .. } => "request",
        error => panic!("{error:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_ways_in_and_out_are_one_state_machine(rules in rules(), steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut run = Run::new(rules).await;
            for step in steps {
                run.take(step).await;
                run.compare().await;
            }
        });
    }
}
