use diesel::result::OptionalExtension;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;
use guildhall_domain::{EmailVerification, Timestamp, TokenDigest, UserId};
use guildhall_ports::store::StoreError;
use uuid::Uuid;

use crate::row::bytes32;
use crate::schema::email_verifications;
use crate::unit::Unit;

type Columns = (Uuid, Vec<u8>, Timestamp, Timestamp);

fn into_verification(
    (user_id, token_digest, created_at, expires_at): Columns,
) -> Result<EmailVerification, StoreError> {
    Ok(EmailVerification {
        user_id: UserId::from(user_id),
        token_digest: TokenDigest::new(bytes32("email_verifications.token_digest", token_digest)?),
        created_at,
        expires_at,
    })
}

pub(crate) async fn find(unit: &mut Unit, user: Uuid) -> Result<Option<EmailVerification>, StoreError> {
    let found = email_verifications::table.find(user).get_result::<Columns>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_verification).transpose()
}

pub(crate) async fn find_by_token(
    unit: &mut Unit,
    digest: TokenDigest,
) -> Result<Option<EmailVerification>, StoreError> {
    let statement =
        email_verifications::table.filter(email_verifications::token_digest.eq(digest.as_bytes().as_slice()));
    let found = statement.get_result::<Columns>(unit.connection().await?).await.optional();
    unit.note(found)?.map(into_verification).transpose()
}

/// In the place of the one before.
pub(crate) async fn set(unit: &mut Unit, user: Uuid, verification: &EmailVerification) -> Result<(), StoreError> {
    let link = (
        email_verifications::token_digest.eq(verification.token_digest.as_bytes().as_slice()),
        email_verifications::created_at.eq(verification.created_at),
        email_verifications::expires_at.eq(verification.expires_at),
    );
    let statement = diesel::insert_into(email_verifications::table)
        .values((email_verifications::user_id.eq(user), link))
        .on_conflict(email_verifications::user_id)
        .do_update()
        .set(link);
    let replaced = statement.execute(unit.connection().await?).await;
    unit.note(replaced).map(|_| ())
}

pub(crate) async fn clear(unit: &mut Unit, user: Uuid) -> Result<(), StoreError> {
    let cleared = diesel::delete(email_verifications::table.find(user)).execute(unit.connection().await?).await;
    unit.note(cleared).map(|_| ())
}
