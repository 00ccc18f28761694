//! The hottest reads: one prepared call of a database function each, which is
//! its own transaction, so that what it states for row-level security ends
//! with it.

use diesel::prelude::Queryable;
use diesel::sql_types::{Array, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use guildhall_domain::policy::MemberFacts;
use guildhall_domain::{Email, Name, OrganizationId, OrganizationStatus, SessionId, Timestamp, UserId};
use guildhall_ports::store::{Authenticated, CheckFacts, StoreError};
use uuid::Uuid;

use crate::raw_statement::raw_statement;
use crate::row::{member_facts, stored};

type AuthenticatedColumns = (SqlUuid, SqlUuid, Text, Text, Bool, Bool, Timestamptz, Timestamptz, Nullable<SqlUuid>);
type OrganizationColumns = (Nullable<SqlUuid>, Nullable<Text>);
type MemberColumns = (Nullable<SqlUuid>, Nullable<Text>, Nullable<SqlUuid>, Nullable<Array<Text>>);

raw_statement! {
    /// Who holds the token with this digest.
    struct Authenticate<'a> { digest: &'a [u8] as Binary } -> AuthenticatedColumns =
        "SELECT session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, \
            active_organization_id \
         FROM authenticate($1) WHERE session_id IS NOT NULL"
}

raw_statement! {
    /// What a permission check needs.
    struct Check<'a> {
        digest: &'a [u8] as Binary,
        organization: Option<Uuid> as Nullable<SqlUuid>,
        subject: Option<Uuid> as Nullable<SqlUuid>,
    } -> (AuthenticatedColumns, OrganizationColumns, MemberColumns, MemberColumns) =
        "SELECT session_id, user_id, email, name, superadmin, disabled, last_seen_at, expires_at, \
            active_organization_id, organization_id, organization_status, \
            member_id, member_role, member_role_id, member_permissions, \
            subject_id, subject_role, subject_role_id, subject_permissions \
         FROM check_facts($1, $2, $3) WHERE session_id IS NOT NULL"
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
