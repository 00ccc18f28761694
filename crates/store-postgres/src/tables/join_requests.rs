use diesel::dsl::sql;
use diesel::result::OptionalExtension;
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::page::{Page, PageRequest};
use guildhall_domain::{Email, JoinRequest, JoinRequestId, JoinRequestStatus, Name, OrganizationId, Timestamp, UserId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::row::{stored, surplus};
use crate::schema::{join_requests, users};
use crate::unit::Unit;

/// Organization, request, user, status, time; e-mail and name of the account.
type RequestRow = (Uuid, Uuid, Uuid, String, Timestamp, String, String);

/// The query that everything here narrows down.
macro_rules! scoped {
    ($organization:expr) => {
        join_requests::table
            .inner_join(users::table.on(users::id.eq(join_requests::user_id)))
            .filter(join_requests::organization_id.eq($organization))
            .select((
                join_requests::organization_id,
                join_requests::id,
                join_requests::user_id,
                join_requests::status,
                join_requests::created_at,
                users::email,
                users::name,
            ))
    };
}

fn into_request(row: RequestRow) -> Result<JoinRequest, StoreError> {
    let (organization_id, id, user_id, status, created_at, email, name) = row;
    Ok(JoinRequest {
        id: JoinRequestId::from(id),
        organization_id: OrganizationId::from(organization_id),
        user_id: UserId::from(user_id),
        email: stored("users.email", Email::parse(&email))?,
        name: stored("users.name", Name::parse(&name))?,
        status: stored("join_requests.status", JoinRequestStatus::parse(&status))?,
        created_at,
    })
}

pub(crate) async fn insert(unit: &mut Unit, organization: Uuid, request: &JoinRequest) -> Result<(), StoreError> {
    let statement = diesel::insert_into(join_requests::table).values((
        join_requests::organization_id.eq(organization),
        join_requests::id.eq(request.id.uuid()),
        join_requests::user_id.eq(request.user_id.uuid()),
        join_requests::status.eq(request.status.as_str()),
        join_requests::created_at.eq(request.created_at),
    ));
    let inserted = statement.execute(unit.connection().await?).await;
    unit.note(inserted).map(|_| ())
}

pub(crate) async fn find(unit: &mut Unit, organization: Uuid, id: Uuid) -> Result<Option<JoinRequest>, StoreError> {
    let statement = scoped!(organization).filter(join_requests::id.eq(id));
    let found = statement.get_result::<RequestRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_request).transpose()
}

pub(crate) async fn find_of(
    unit: &mut Unit,
    organization: Uuid,
    user: Uuid,
) -> Result<Option<JoinRequest>, StoreError> {
    let statement = scoped!(organization).filter(join_requests::user_id.eq(user));
    let found = statement.get_result::<RequestRow>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_request).transpose()
}

/// Those that wait, newest first: identifiers rise with time.
pub(crate) async fn list(
    unit: &mut Unit,
    organization: Uuid,
    page: &PageRequest<Uuid>,
) -> Result<Page<JoinRequest, Uuid>, StoreError> {
    // Written out, so that every plan can use the index of pending requests.
    let mut statement = scoped!(organization).filter(sql::<Bool>("join_requests.status = 'pending'")).into_boxed();
    if let Some(after) = page.after {
        statement = statement.filter(join_requests::id.lt(after));
    }
    let statement = statement.order(join_requests::id.desc()).limit(surplus(page.size));
    let rows: Result<Vec<RequestRow>, _> = statement.load(unit.connection().await?).await;
    let requests = unit.note(rows)?.into_iter().map(into_request).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_surplus(requests, page.size, |request| request.id.uuid()))
}

pub(crate) async fn update(unit: &mut Unit, organization: Uuid, request: &JoinRequest) -> Result<(), StoreError> {
    let statement = diesel::update(join_requests::table.find((organization, request.id.uuid())))
        .set(join_requests::status.eq(request.status.as_str()));
    let updated = statement.execute(unit.connection().await?).await;
    match unit.note(updated)? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}
