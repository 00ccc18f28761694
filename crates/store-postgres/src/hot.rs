//! The hottest reads: one prepared call of a database function for all that are
//! asked at once. A call is its own transaction, so what it states for
//! row-level security ends with it.

use diesel::prelude::Queryable;
use diesel::sql_types::{Array, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{Email, Name, OrganizationId, OrganizationStatus, SessionId, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::{Authenticated, CheckFacts, CheckQuery, OrganizationRef, StoreError};
use uuid::Uuid;

use crate::gathering::{Answer, Question};
use crate::raw_statement::raw_statement;
use crate::row::{member_facts, stored};
use crate::unit::Lease;

type AuthenticatedColumns = (SqlUuid, SqlUuid, Text, Text, Bool, Bool, Timestamptz, Timestamptz, Nullable<SqlUuid>);
type OrganizationColumns = (Nullable<SqlUuid>, Nullable<Text>);
type MemberColumns = (Nullable<SqlUuid>, Nullable<Text>, Nullable<SqlUuid>, Nullable<Array<Text>>);

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
    } -> (Integer, (AuthenticatedColumns, OrganizationColumns, MemberColumns, MemberColumns)) =
        "SELECT place, session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, \
            active_organization_id, organization_id, organization_status, \
            member_id, member_role, member_role_id, member_permissions, \
            subject_id, subject_role, subject_role_id, subject_permissions \
         FROM check_many($1, $2, $3)"
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
    id: Option<Uuid>,
    role: Option<String>,
    role_id: Option<Uuid>,
    permissions: Option<Vec<String>>,
}

impl FoundMember {
    pub(crate) fn facts(&self) -> Result<Option<MemberFacts>, StoreError> {
        match (self.id, &self.role) {
            (Some(id), Some(role)) => member_facts(id, role, self.role_id, self.permissions.as_deref()).map(Some),
            _ => Ok(None),
        }
    }
}

#[derive(Queryable)]
pub(crate) struct CheckRow {
    caller: AuthenticatedRow,
    organization: (Option<Uuid>, Option<String>),
    member: FoundMember,
    subject: FoundMember,
}

impl CheckRow {
    pub(crate) fn into_facts(self) -> Result<CheckFacts, StoreError> {
        let organization = match self.organization {
            (Some(id), Some(status)) => {
                Some((OrganizationId::from(id), stored("organizations.status", OrganizationStatus::parse(&status))?))
            }
            _ => None,
        };
        Ok(CheckFacts {
            organization,
            caller_member: self.member.facts()?,
            subject_member: self.subject.facts()?,
            caller: self.caller.into_authenticated()?,
        })
    }
}
