use diesel::dsl::auto_type;
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{Email, JoinRequest, JoinRequestId, JoinRequestStatus, Name, OrganizationId, UserId};
use guildhall_ports::store::{Constraint, StoreError};
use uuid::Uuid;

use super::paging::rows;
use crate::prepared::{self, Limited};
use crate::schema::{join_requests, users};
use crate::store_error::{failure, unless_absent, violates};
use crate::value::{Id, Time, Word};

/// The rule that a user asks once, as SQLite names it.
const ONCE_RULE: &str = "join_requests.organization_id, join_requests.user_id";

/// The requests to one organization: every change starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    join_requests::table.filter(join_requests::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// The same with each account's address and name of today: every query starts here.
#[auto_type]
fn with_accounts(organization: Id) -> _ {
    join_requests::table
        .inner_join(users::table.on(users::id.eq(join_requests::user_id)))
        .filter(join_requests::organization_id.eq(organization))
        .select((
            join_requests::organization_id,
            join_requests::id,
            join_requests::user_id,
            users::email,
            users::name,
            join_requests::status,
            join_requests::created_at,
        ))
}

type Row = (Id, Id, Id, Word<Email>, Word<Name>, Word<JoinRequestStatus>, Time);

fn request((organization, id, user, email, name, status, created_at): Row) -> JoinRequest {
    JoinRequest {
        id: id.0.into(),
        organization_id: organization.0.into(),
        user_id: user.0.into(),
        email: email.0,
        name: name.0,
        status: status.0,
        created_at: created_at.0,
    }
}

pub(crate) fn find(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    id: JoinRequestId,
) -> Result<Option<JoinRequest>, StoreError> {
    let row: Option<Row> = with_accounts(Id(organization.uuid()))
        .filter(join_requests::id.eq(Id(id.uuid())))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(request))
}

pub(crate) fn find_of_user(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<JoinRequest>, StoreError> {
    let row: Option<Row> = with_accounts(Id(organization.uuid()))
        .filter(join_requests::user_id.eq(Id(user.uuid())))
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(request))
}

/// Pending requests, newest first by id.
pub(crate) fn list(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    page: &PageRequest<Uuid>,
) -> Result<Page<JoinRequest, Uuid>, StoreError> {
    let mut query = with_accounts(Id(organization.uuid()))
        .filter(join_requests::status.eq(Word(JoinRequestStatus::Pending)))
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(join_requests::id.lt(Id(after)));
    }
    let found: Vec<Row> =
        query.order(join_requests::id.desc()).at_most(rows(page)).load(connection).map_err(failure)?;
    let found = found.into_iter().map(request).collect();
    Ok(Page::from_surplus(found, page.size, |request: &JoinRequest| request.id.uuid()))
}

pub(crate) fn insert(connection: &mut SqliteConnection, request: &JoinRequest) -> Result<(), StoreError> {
    let row = (
        join_requests::organization_id.eq(Id(request.organization_id.uuid())),
        join_requests::id.eq(Id(request.id.uuid())),
        join_requests::user_id.eq(Id(request.user_id.uuid())),
        join_requests::status.eq(Word(request.status)),
        join_requests::created_at.eq(Time(request.created_at)),
    );
    diesel::insert_into(join_requests::table).values(row).execute(connection).map_err(|error| {
        if violates(&error, ONCE_RULE) {
            StoreError::Conflict(Constraint::JoinRequestExists)
        } else {
            unless_absent(error)
        }
    })?;
    Ok(())
}

pub(crate) fn set_status(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    id: JoinRequestId,
    status: JoinRequestStatus,
) -> Result<(), StoreError> {
    let changed = prepared::update(of(organization).filter(join_requests::id.eq(Id(id.uuid()))))
        .set(join_requests::status.eq(Word(status)))
        .execute(connection)
        .map_err(failure)?;
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// Deletes a user's request, if there is one.
pub(super) fn delete_of_user(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), StoreError> {
    diesel::delete(of(organization).filter(join_requests::user_id.eq(Id(user.uuid()))))
        .execute(connection)
        .map_err(failure)?;
    Ok(())
}
