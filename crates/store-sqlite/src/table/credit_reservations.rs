use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::credits::{PeriodKey, Reservation, ReservationState, SpendBy};
use guildhall_domain::{Name, OrganizationId, ReservationId, Timestamp};
use guildhall_ports::store::StoreError;

use crate::prepared::{self, Constant, Limited, one_of};
use crate::schema::credit_reservations;
use crate::store_error::{failure, unless_absent};
use crate::value::{Held, Id, Time, Word};

/// How many of those whose time is over are found at once.
const OVERDUE: i64 = 100;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_reservations, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Row {
    id: Id,
    user_id: Id,
    workspace_id: Option<Id>,
    operation: Option<Word<Name>>,
    held: Held,
    state: Word<ReservationState>,
    expires_at: Time,
    day: Word<PeriodKey>,
    month: Word<PeriodKey>,
}

impl From<&Reservation> for Row {
    fn from(reservation: &Reservation) -> Self {
        let reservation = reservation.clone();
        Self {
            id: Id(reservation.id.uuid()),
            user_id: Id(reservation.by.user_id.uuid()),
            workspace_id: reservation.by.workspace_id.map(|id| Id(id.uuid())),
            operation: reservation.by.operation.map(Word),
            held: Held(reservation.held),
            state: Word(reservation.state),
            expires_at: Time(reservation.expires_at),
            day: Word(reservation.day),
            month: Word(reservation.month),
        }
    }
}

impl From<Row> for Reservation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0.into(),
            by: SpendBy {
                user_id: row.user_id.0.into(),
                workspace_id: row.workspace_id.map(|id| id.0.into()),
                operation: row.operation.map(|word| word.0),
            },
            held: row.held.0,
            state: row.state.0,
            expires_at: row.expires_at.0,
            day: row.day.0,
            month: row.month.0,
        }
    }
}

/// The reservations of one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    credit_reservations::table.filter(credit_reservations::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// Those of these ids that there are.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    ids: &[ReservationId],
) -> Result<Vec<Reservation>, StoreError> {
    let among = one_of(credit_reservations::id, ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = of(organization).filter(among).select(Row::as_select()).load(connection).map_err(failure)?;
    Ok(rows.into_iter().map(Reservation::from).collect())
}

/// The name of the statement that every spend looks for them with.
struct Overdue;

/// Open ones whose time is over, the oldest first.
pub(crate) fn overdue(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<Reservation>, StoreError> {
    let overdue = of(organization)
        .filter(credit_reservations::state.eq(Constant(ReservationState::Open.as_str())))
        .filter(credit_reservations::expires_at.le(Time(now)))
        .order((credit_reservations::expires_at, credit_reservations::id))
        .select(Row::as_select())
        .at_most(OVERDUE);
    let rows: Vec<Row> = prepared::once::<Overdue, _>(overdue).load(connection).map_err(failure)?;
    Ok(rows.into_iter().map(Reservation::from).collect())
}

/// All that are open.
pub(crate) fn open(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<Vec<Reservation>, StoreError> {
    let rows: Vec<Row> = of(organization)
        .filter(credit_reservations::state.eq(Constant(ReservationState::Open.as_str())))
        .select(Row::as_select())
        .load(connection)
        .map_err(failure)?;
    Ok(rows.into_iter().map(Reservation::from).collect())
}

/// For whom and what it is stays.
const STATE: &str = "(organization_id, id) DO UPDATE SET state = excluded.state";

/// Writes a reservation as it is now.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    reservation: &Reservation,
    at: Timestamp,
) -> Result<(), StoreError> {
    let its = (
        credit_reservations::organization_id.eq(Id(organization.uuid())),
        credit_reservations::created_at.eq(Time(at)),
    );
    let insert = diesel::insert_into(credit_reservations::table).values((Row::from(reservation), its));
    prepared::upsert(insert, STATE).execute(connection).map_err(unless_absent)?;
    Ok(())
}
