use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use guildhall_domain::UserId;
use guildhall_ports::PasswordHash;
use guildhall_ports::store::StoreError;

use crate::schema::user_passwords;
use crate::store_error::{failure, unless_absent};
use crate::value::Id;

pub(crate) fn find(connection: &mut SqliteConnection, user: UserId) -> Result<Option<PasswordHash>, StoreError> {
    let hash: Option<String> = user_passwords::table
        .find(Id(user.uuid()))
        .select(user_passwords::hash)
        .get_result(connection)
        .optional()
        .map_err(failure)?;
    Ok(hash.map(PasswordHash::new))
}

/// Sets the password of an account, whether it had one or not.
pub(crate) fn put(connection: &mut SqliteConnection, user: UserId, password: &PasswordHash) -> Result<(), StoreError> {
    // An upsert would be prepared anew at every run.
    diesel::delete(user_passwords::table.find(Id(user.uuid()))).execute(connection).map_err(failure)?;
    let row = (user_passwords::user_id.eq(Id(user.uuid())), user_passwords::hash.eq(password.as_phc()));
    diesel::insert_into(user_passwords::table).values(row).execute(connection).map_err(unless_absent)?;
    Ok(())
}
