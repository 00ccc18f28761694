//! What the ways into an organization ask.

use guildhall_domain::page::{PageRequest, PageSize};
use guildhall_domain::{
    DomainClaim, DomainName, DomainStatus, Email, EmailVerification, Enrolment, Invitation, InvitationStatus,
    JoinRequest, JoinRequestStatus, MailId, MemberRole, Name, OrganizationId, TokenDigest, User, UserId, Version,
    WorkspaceAccess, WorkspaceGrants,
};
use guildhall_ports::QueuedMail;
use guildhall_ports::store::InvitationFilter;
use uuid::Uuid;

use super::{AT, ID, assert_served_by_indexes, plans};
use crate::table::{
    departures, email_verifications, installation, invitations, is_vacant, join_requests, mail_queue,
    organization_domains, received_invitations, sessions, users, verified_domains,
};

fn organization() -> OrganizationId {
    OrganizationId::from(ID)
}

fn user() -> UserId {
    UserId::from(ID)
}

fn email() -> Email {
    Email::parse("a@example.com").unwrap()
}

fn pages() -> [PageRequest<Uuid>; 2] {
    [PageRequest::first(PageSize::MAX), PageRequest { size: PageSize::MAX, after: Some(ID) }]
}

fn digest() -> TokenDigest {
    TokenDigest::new([0; 32])
}

fn invitation() -> Invitation {
    Invitation {
        id: ID.into(),
        organization_id: organization(),
        email: email(),
        role: MemberRole::Member,
        access: WorkspaceAccess::NONE,
        grants: WorkspaceGrants::default(),
        message: None,
        invited_by: None,
        status: InvitationStatus::Pending,
        token_digest: digest(),
        created_at: AT,
        updated_at: AT,
        expires_at: AT,
        version: Version::FIRST,
    }
}

fn claim() -> DomainClaim {
    DomainClaim {
        id: ID.into(),
        organization_id: organization(),
        domain: DomainName::parse("example.com").unwrap(),
        status: DomainStatus::Pending,
        challenge: "a".to_owned(),
        enrolment: Enrolment::Manual,
        created_at: AT,
        updated_at: AT,
        checked_at: None,
        verified_at: None,
        version: Version::FIRST,
    }
}

fn request() -> JoinRequest {
    JoinRequest {
        id: ID.into(),
        organization_id: organization(),
        user_id: user(),
        email: email(),
        name: Name::parse("A").unwrap(),
        status: JoinRequestStatus::Pending,
        created_at: AT,
    }
}

fn link() -> EmailVerification {
    EmailVerification { user_id: user(), token_digest: digest(), created_at: AT, expires_at: AT }
}

/// A mail that is due.
fn mail() -> QueuedMail {
    QueuedMail { id: MailId::from(ID), organization_id: None, to: email(), created_at: AT, sealed: vec![1] }
}

#[test]
fn invitations_are_listed_by_indexes_in_their_order() {
    let by_email = |status| InvitationFilter { status, email: Some(email()) };
    let by_status = |status| InvitationFilter { status: Some((status, AT)), email: None };
    for page in pages() {
        for (filter, index) in [
            (InvitationFilter::default(), "PRIMARY KEY"),
            (by_email(None), "invitations_by_email"),
            (by_status(InvitationStatus::Pending), "invitations_by_status"),
            (by_status(InvitationStatus::Accepted), "invitations_by_status"),
            (by_status(InvitationStatus::Expired), "invitations_unanswered"),
            (by_email(Some((InvitationStatus::Pending, AT))), "invitations_"),
            (by_email(Some((InvitationStatus::Expired, AT))), "invitations_by_email"),
            (by_email(Some((InvitationStatus::Revoked, AT))), "invitations_by_email"),
        ] {
            let ask = |c: &mut _| invitations::list(c, organization(), &filter, &page);
            assert_served_by_indexes("invitations", ask);
            let steps = plans(ask);
            assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:?}");
        }
    }
}

#[test]
fn what_waits_for_a_user_is_found_by_indexes() {
    for page in pages() {
        assert_served_by_indexes("received", |c| received_invitations::list(c, user(), AT, &page));
    }
    assert_served_by_indexes("one received", |c| received_invitations::find(c, user(), ID.into()));
    let [first, behind] = pages().map(|page| plans(|c| received_invitations::list(c, user(), AT, &page)));
    for steps in [first, behind, plans(|c| received_invitations::find(c, user(), ID.into()))] {
        assert!(steps.iter().any(|step| step.contains("invitations_received")), "{steps:?}");
    }
    assert_served_by_indexes("offer", |c| {
        users::insert(c, &User::new(user(), email(), Name::parse("A").unwrap(), AT))?;
        verified_domains::offer(c, user())
    });
    assert_served_by_indexes("whose domain", |c| verified_domains::organization(c, claim().domain));
    let steps = plans(|c| verified_domains::organization(c, claim().domain));
    assert!(steps.iter().any(|step| step.contains("organization_domains_verified")), "{steps:?}");
}

#[test]
fn lists_are_served_by_indexes_in_their_order() {
    for page in pages() {
        assert_served_by_indexes("domains", |c| organization_domains::list(c, organization(), &page));
        assert_served_by_indexes("requests", |c| join_requests::list(c, organization(), &page));
        let steps = plans(|c| join_requests::list(c, organization(), &page));
        assert!(steps.iter().any(|step| step.contains("join_requests_by_status")), "{steps:?}");
    }
}

#[test]
fn single_rows_are_found_by_indexes() {
    let (digest, organization) = (digest(), organization());
    assert_served_by_indexes("invitation", |c| invitations::find(c, organization, ID.into()));
    assert_served_by_indexes("pending", |c| invitations::find_pending(c, organization, &email()));
    assert_served_by_indexes("token", |c| invitations::find_by_token(c, digest));
    assert_served_by_indexes("claim", |c| organization_domains::find(c, organization, ID.into()));
    assert_served_by_indexes("given up", |c| organization_domains::delete(c, organization, ID.into()));
    assert_served_by_indexes("request", |c| join_requests::find(c, organization, ID.into()));
    assert_served_by_indexes("whose request", |c| join_requests::find_of_user(c, organization, user()));
    assert_served_by_indexes("answered", |c| join_requests::delete_of_user(c, organization, user()));
    assert_served_by_indexes("departed", |c| departures::has(c, organization, &email()));
    assert_served_by_indexes("back", |c| departures::forget(c, organization, &email()));
    assert_served_by_indexes("vacant", |c| is_vacant(c, organization));
    assert_served_by_indexes("link", |c| email_verifications::find(c, user()));
    assert_served_by_indexes("link's token", |c| email_verifications::find_by_token(c, digest));
    assert_served_by_indexes("default", installation::default_organization);
    assert_served_by_indexes("new default", |c| installation::set_default_organization(c, organization));
}

#[test]
fn changes_are_served_by_indexes() {
    let organization = organization();
    assert_served_by_indexes("answer", |c| invitations::update(c, organization, &invitation()));
    let revoke = |c: &mut _| invitations::revoke(c, organization, &email(), user(), AT);
    assert_served_by_indexes("revoked", revoke);
    let steps = plans(revoke);
    for index in ["invitations_pending", "invitations_by_inviter (invited_by=? AND organization_id=?)"] {
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:?}");
    }
    assert_served_by_indexes("look", |c| organization_domains::update(c, organization, &claim()));
    assert_served_by_indexes("decision", |c| {
        join_requests::set_status(c, organization, ID.into(), JoinRequestStatus::Declined)
    });
    assert_served_by_indexes("members' sessions", |c| sessions::delete_of_members(c, organization, AT));
    assert_served_by_indexes("claimed mail", |c| {
        mail_queue::insert(c, &mail())?;
        let claimed = mail_queue::claim(c, AT, AT, 10)?;
        assert_eq!(claimed.len(), 1);
        Ok(())
    });
    assert_served_by_indexes("sent mail", |c| mail_queue::delete(c, ID.into()));
    assert_served_by_indexes("postponed mail", |c| mail_queue::postpone(c, ID.into(), AT));
    assert_served_by_indexes("next mail", mail_queue::next_due);
}

#[test]
fn what_is_new_is_written_by_statements_that_stay_prepared() {
    plans(|c| invitations::insert(c, &invitation()));
    plans(|c| organization_domains::insert(c, &claim()));
    plans(|c| join_requests::insert(c, &request()));
    assert_served_by_indexes("departure", |c| departures::note(c, organization(), &email(), AT));
    assert_served_by_indexes("new link", |c| email_verifications::put(c, &link()));
}

#[test]
fn the_first_account_ends_the_search_for_any() {
    // EXISTS reads one row, of whatever index.
    let steps = plans(users::any);
    assert!(steps.iter().any(|step| step.starts_with("SCALAR SUBQUERY")), "{steps:?}");
}
