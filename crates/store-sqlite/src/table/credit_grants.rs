use diesel::dsl::auto_type;
use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, SqliteConnection,
};
use guildhall_domain::credits::{Amount, CreditGrant, GrantTerms};
use guildhall_domain::{CreditGrantId, OrganizationId, Timestamp};
use guildhall_ports::store::StoreError;

use crate::prepared::{self, ConstantNumber, one_of};
use crate::schema::credit_grants;
use crate::store_error::{failure, unless_out_of_range};
use crate::value::{Count, Id, Time};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = credit_grants, check_for_backend(Sqlite), treat_none_as_default_value = false)]
struct Row {
    id: Id,
    amount: Count,
    priority: i64,
    expires_at: Option<Time>,
    available: Count,
    reserved: Count,
}

impl From<&CreditGrant> for Row {
    fn from(grant: &CreditGrant) -> Self {
        Self {
            id: Id(grant.id.uuid()),
            amount: Count(grant.terms.amount.get()),
            priority: grant.terms.priority.into(),
            expires_at: grant.terms.expires_at.map(Time),
            available: Count(grant.available),
            reserved: Count(grant.reserved),
        }
    }
}

impl Row {
    fn grant(self) -> Result<CreditGrant, StoreError> {
        let amount = Amount::new(self.amount.0).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let priority = u8::try_from(self.priority).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(CreditGrant {
            id: self.id.0.into(),
            terms: GrantTerms { amount, expires_at: self.expires_at.map(|time| time.0), priority },
            available: self.available.0,
            reserved: self.reserved.0,
        })
    }
}

/// The grants of one organization: every query starts here.
#[auto_type]
fn scoped(organization: Id) -> _ {
    credit_grants::table.filter(credit_grants::organization_id.eq(organization))
}

fn of(organization: OrganizationId) -> scoped {
    scoped(Id(organization.uuid()))
}

/// The name of the statement that every spend reads with.
struct Left;

/// Those of which something is left.
pub(crate) fn left(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<Vec<CreditGrant>, StoreError> {
    // As the index has it.
    let left = credit_grants::is_left.eq(ConstantNumber(1));
    let left = prepared::once::<Left, _>(of(organization).filter(left).select(Row::as_select()));
    let rows: Vec<Row> = left.load(connection).map_err(failure)?;
    rows.into_iter().map(Row::grant).collect()
}

/// All, also those of which nothing is left.
pub(crate) fn all(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
) -> Result<Vec<CreditGrant>, StoreError> {
    let rows: Vec<Row> = of(organization).select(Row::as_select()).load(connection).map_err(failure)?;
    rows.into_iter().map(Row::grant).collect()
}

/// Those of these ids that there are.
pub(crate) fn find_many(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    ids: &[CreditGrantId],
) -> Result<Vec<CreditGrant>, StoreError> {
    let among = one_of(credit_grants::id, ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = of(organization).filter(among).select(Row::as_select()).load(connection).map_err(failure)?;
    rows.into_iter().map(Row::grant).collect()
}

/// The name of the statement that every spend writes with.
struct SetLeft;

/// Writes a grant as it is now. What was said of it when it was given stays.
pub(crate) fn put(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    grant: &CreditGrant,
    at: Timestamp,
) -> Result<(), StoreError> {
    // Nearly always it is there: asking for a new row first would take twice as long.
    if set_left(connection, organization, grant)? {
        return Ok(());
    }
    let its = (credit_grants::organization_id.eq(Id(organization.uuid())), credit_grants::created_at.eq(Time(at)));
    let insert = diesel::insert_into(credit_grants::table).values((Row::from(grant), its));
    insert.execute(connection).map_err(unless_out_of_range)?;
    Ok(())
}

/// Writes what is left of a grant, if there is such a one.
pub(crate) fn set_left(
    connection: &mut SqliteConnection,
    organization: OrganizationId,
    grant: &CreditGrant,
) -> Result<bool, StoreError> {
    let its = credit_grants::table.find((Id(organization.uuid()), Id(grant.id.uuid())));
    let left = (credit_grants::available.eq(Count(grant.available)), credit_grants::reserved.eq(Count(grant.reserved)));
    let set = prepared::once::<SetLeft, _>(prepared::update(its).set(left));
    Ok(set.execute(connection).map_err(unless_out_of_range)? != 0)
}
