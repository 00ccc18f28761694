use diesel::sqlite::Sqlite;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use guildhall_domain::{EmailVerification, TokenDigest, UserId};
use guildhall_ports::store::StoreError;

use crate::schema::email_verifications;
use crate::store_error::{failure, unless_absent};
use crate::value::{Hash, Id, Time};

#[derive(Queryable, Selectable)]
#[diesel(table_name = email_verifications, check_for_backend(Sqlite))]
struct Row {
    user_id: Id,
    token_digest: Hash,
    created_at: Time,
    expires_at: Time,
}

impl From<Row> for EmailVerification {
    fn from(row: Row) -> Self {
        Self {
            user_id: row.user_id.0.into(),
            token_digest: TokenDigest::new(row.token_digest.0),
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        }
    }
}

/// The link that is out to a user.
pub(crate) fn find(connection: &mut SqliteConnection, user: UserId) -> Result<Option<EmailVerification>, StoreError> {
    let row: Option<Row> = email_verifications::table
        .find(Id(user.uuid()))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(EmailVerification::from))
}

/// The link that a token belongs to.
pub(crate) fn find_by_token(
    connection: &mut SqliteConnection,
    digest: TokenDigest,
) -> Result<Option<EmailVerification>, StoreError> {
    let row: Option<Row> = email_verifications::table
        .filter(email_verifications::token_digest.eq(Hash(*digest.as_bytes())))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(row.map(EmailVerification::from))
}

/// Keeps a link in the place of the one before.
pub(crate) fn put(connection: &mut SqliteConnection, verification: &EmailVerification) -> Result<(), StoreError> {
    // An upsert would be prepared anew at every run.
    delete(connection, verification.user_id)?;
    let row = (
        email_verifications::user_id.eq(Id(verification.user_id.uuid())),
        email_verifications::token_digest.eq(Hash(*verification.token_digest.as_bytes())),
        email_verifications::created_at.eq(Time(verification.created_at)),
        email_verifications::expires_at.eq(Time(verification.expires_at)),
    );
    diesel::insert_into(email_verifications::table).values(row).execute(connection).map_err(unless_absent)?;
    Ok(())
}

/// Takes a user's link back, if one is out.
pub(crate) fn delete(connection: &mut SqliteConnection, user: UserId) -> Result<(), StoreError> {
    diesel::delete(email_verifications::table.find(Id(user.uuid()))).execute(connection).map_err(failure)?;
    Ok(())
}
