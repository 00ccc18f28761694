use diesel::result::OptionalExtension;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_ports::PasswordHash;
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::schema::user_passwords;
use crate::unit::Unit;

pub(crate) async fn find(unit: &mut Unit, user: Uuid) -> Result<Option<PasswordHash>, StoreError> {
    let statement = user_passwords::table.find(user).select(user_passwords::phc);
    let found = statement.get_result::<String>(unit.connection().await?).await.optional();
    Ok(unit.note(found)?.map(PasswordHash::new))
}

pub(crate) async fn set(unit: &mut Unit, user: Uuid, password: &PasswordHash) -> Result<(), StoreError> {
    let statement = diesel::insert_into(user_passwords::table)
        .values((user_passwords::user_id.eq(user), user_passwords::phc.eq(password.as_phc())))
        .on_conflict(user_passwords::user_id)
        .do_update()
        .set(user_passwords::phc.eq(diesel::upsert::excluded(user_passwords::phc)));
    let replaced = statement.execute(unit.connection().await?).await;
    unit.note(replaced).map(|_| ())
}
