//! The hottest reads: one prepared call of a database function for all that are
//! asked at once. A call is its own transaction, so what it states for
//! row-level security ends with it.

use diesel::prelude::Queryable;
use diesel::sql_types::{Array, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::policy::{MemberFacts, WorkspaceFacts, WorkspaceTies};
use guildhall_domain::{
    AccessLevel, Email, Name, OrganizationId, OrganizationStatus, SessionId, Timestamp, TokenDigest, UserId,
    WorkspaceAccess, WorkspaceId,
};
use guildhall_ports::store::{Authenticated, CheckFacts, CheckQuery, OrganizationRef, StoreError};
use uuid::Uuid;

use crate::gathering::{Answer, Question};
use crate::raw_statement::raw_statement;
use crate::row::{member_facts, stored, stored_option, workspace_ties};
use crate::unit::Lease;

pub(crate) type AuthenticatedColumns =
    (SqlUuid, SqlUuid, Text, Text, Bool, Bool, Timestamptz, Timestamptz, Nullable<SqlUuid>);
pub(crate) type OrganizationColumns = (Nullable<SqlUuid>, Nullable<Text>);
pub(crate) type MemberColumns =
    (Nullable<SqlUuid>, Nullable<Text>, Nullable<SqlUuid>, Nullable<Array<Text>>, Nullable<Bool>, Nullable<Bool>);
pub(crate) type WorkspaceColumns =
    (Nullable<SqlUuid>, Nullable<SqlUuid>, Nullable<Bool>, Nullable<Text>, Nullable<Text>, Nullable<Text>);

raw_statement! {
    /// Who holds the tokens with these digests.
    struct AuthenticateMany<'a> { digests: Vec<&'a [u8]> as Array<Binary> } -> (Integer, AuthenticatedColumns) =
        "SELECT place, session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, \
            active_organization_id \
         FROM authenticate_many($1)"
}

raw_statement! {
    /// What permission checks need.
    struct CheckMany<'a> {
        digests: Vec<&'a [u8]> as Array<Binary>,
        organizations: Vec<Option<Uuid>> as Array<Nullable<SqlUuid>>,
        subjects: Vec<Option<Uuid>> as Array<Nullable<SqlUuid>>,
        workspaces: Vec<Option<Uuid>> as Array<Nullable<SqlUuid>>,
    } -> (Integer, (AuthenticatedColumns, OrganizationColumns, MemberColumns, MemberColumns, WorkspaceColumns)) =
        "SELECT place, session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, \
            active_organization_id, organization_id, organization_status, \
            member_id, member_role, member_role_id, member_permissions, member_all_read, member_all_write, \
            subject_id, subject_role, subject_role_id, subject_permissions, subject_all_read, subject_all_write, \
            workspace_id, workspace_personal_of, workspace_archived, workspace_default_access, workspace_role, \
            workspace_grant \
         FROM check_many($1, $2, $3, $4)"
}

impl Question for TokenDigest {
    type Answer = Authenticated;

    async fn ask(questions: &[Self], lease: &mut Lease) -> Result<Vec<Answer<Self>>, StoreError> {
        let statement = AuthenticateMany { digests: digests(questions.iter()) };
        let found = statement.load::<(i32, AuthenticatedRow)>(lease.connection()?).await;
        Ok(in_their_places(questions.len(), lease.note(found)?, AuthenticatedRow::into_authenticated))
    }
}

impl Question for CheckQuery {
    type Answer = CheckFacts;

    async fn ask(questions: &[Self], lease: &mut Lease) -> Result<Vec<Answer<Self>>, StoreError> {
        let organizations = questions.iter().map(|query| match query.organization {
            OrganizationRef::Id(id) => Some(id.uuid()),
            OrganizationRef::Active => None,
        });
        let statement = CheckMany {
            digests: digests(questions.iter().map(|query| &query.digest)),
            organizations: organizations.collect(),
            subjects: questions.iter().map(|query| query.subject.map(UserId::uuid)).collect(),
            workspaces: questions.iter().map(|query| query.workspace.map(WorkspaceId::uuid)).collect(),
        };
        let found = statement.load::<(i32, CheckRow)>(lease.connection()?).await;
        Ok(in_their_places(questions.len(), lease.note(found)?, CheckRow::into_facts))
    }
}

fn digests<'a>(of: impl Iterator<Item = &'a TokenDigest>) -> Vec<&'a [u8]> {
    of.map(|digest| digest.as_bytes().as_slice()).collect()
}

/// Rows name the place of their question, from 1; a question without a row has
/// no answer. A row that cannot be read fails its own question only.
fn in_their_places<R, A>(
    questions: usize,
    rows: Vec<(i32, R)>,
    read: impl Fn(R) -> Result<A, StoreError>,
) -> Vec<Result<Option<A>, StoreError>> {
    let mut answers: Vec<Result<Option<A>, StoreError>> = (0..questions).map(|_| Ok(None)).collect();
    for (place, row) in rows {
        let index = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
        if let Some(answer) = index.and_then(|index| answers.get_mut(index)) {
            *answer = read(row).map(Some);
        }
    }
    answers
}

#[derive(Queryable)]
pub(crate) struct AuthenticatedRow {
    session_id: Uuid,
    user_id: Uuid,
    email: String,
    name: String,
    superadmin: bool,
    disabled: bool,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    active_organization_id: Option<Uuid>,
}

impl AuthenticatedRow {
    pub(crate) fn into_authenticated(self) -> Result<Authenticated, StoreError> {
        Ok(Authenticated {
            session_id: SessionId::from(self.session_id),
            user_id: UserId::from(self.user_id),
            email: stored("users.email", Email::parse(&self.email))?,
            name: stored("users.name", Name::parse(&self.name))?,
            superadmin: self.superadmin,
            disabled: self.disabled,
            last_seen_at: self.last_seen_at,
            expires_at: self.expires_at,
            active_organization: self.active_organization_id.map(OrganizationId::from),
        })
    }
}

#[derive(Queryable)]
pub(crate) struct FoundMember {
    pub(crate) id: Option<Uuid>,
    pub(crate) role: Option<String>,
    pub(crate) role_id: Option<Uuid>,
    pub(crate) permissions: Option<Vec<String>>,
    pub(crate) all_read: Option<bool>,
    pub(crate) all_write: Option<bool>,
}

impl FoundMember {
    pub(crate) fn facts(&self) -> Result<Option<MemberFacts>, StoreError> {
        let (Some(id), Some(role)) = (self.id, &self.role) else { return Ok(None) };
        let access = WorkspaceAccess {
            all_read: self.all_read.unwrap_or_default(),
            all_write: self.all_write.unwrap_or_default(),
        };
        member_facts(id, role, self.role_id, self.permissions.as_deref(), access).map(Some)
    }
}

#[derive(Queryable)]
pub(crate) struct FoundOrganization {
    id: Option<Uuid>,
    status: Option<String>,
}

impl FoundOrganization {
    pub(crate) fn facts(&self) -> Result<Option<(OrganizationId, OrganizationStatus)>, StoreError> {
        let (Some(id), Some(status)) = (self.id, &self.status) else { return Ok(None) };
        Ok(Some((OrganizationId::from(id), stored("organizations.status", OrganizationStatus::parse(status))?)))
    }
}

#[derive(Queryable)]
pub(crate) struct FoundWorkspace {
    id: Option<Uuid>,
    personal_of: Option<Uuid>,
    archived: Option<bool>,
    default_access: Option<String>,
    role: Option<String>,
    grant: Option<String>,
}

impl FoundWorkspace {
    pub(crate) fn into_facts(self) -> Result<Option<(WorkspaceFacts, WorkspaceTies)>, StoreError> {
        let Some(id) = self.id else { return Ok(None) };
        let facts = WorkspaceFacts {
            id: WorkspaceId::from(id),
            personal_of: self.personal_of.map(UserId::from),
            archived: self.archived.unwrap_or_default(),
            default_access: stored_option("workspaces.default_access", self.default_access, AccessLevel::parse)?,
        };
        Ok(Some((facts, workspace_ties(self.role, self.grant)?)))
    }
}

#[derive(Queryable)]
pub(crate) struct CheckRow {
    caller: AuthenticatedRow,
    organization: FoundOrganization,
    member: FoundMember,
    subject: FoundMember,
    workspace: FoundWorkspace,
}

impl CheckRow {
    pub(crate) fn into_facts(self) -> Result<CheckFacts, StoreError> {
        Ok(CheckFacts {
            organization: self.organization.facts()?,
            caller_member: self.member.facts()?,
            subject_member: self.subject.facts()?,
            workspace: self.workspace.into_facts()?,
            caller: self.caller.into_authenticated()?,
        })
    }
}
