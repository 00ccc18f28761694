use actix_web::HttpResponse;
use guildhall_app::credits::CreditReceipt;
use guildhall_domain::{CreditGrantId, CreditTransactionId, ReservationId};
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;
use utoipa::ToSchema;

use crate::answer;
use crate::idempotency::marked;

/// What was done to the pool: the same request sent again gets the same receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = CreditReceipt, examples(json!({
    "transaction_id": "0198c1a0-0000-7000-8000-000000000020",
    "amount": 30,
    "balance": 970,
    "created_at": "2026-01-31T12:00:00Z",
    "reservation_id": "0198c1a0-0000-7000-8000-000000000021",
    "expires_at": "2026-01-31T12:05:00Z"
})))]
pub(crate) struct CreditReceiptBody {
    /// The transaction in the ledger.
    #[schema(value_type = Uuid)]
    transaction_id: CreditTransactionId,
    /// How many credits were given, spent, held, freed or taken back.
    amount: u64,
    /// What could be spent after it.
    balance: u64,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    /// The grant that was made or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    grant_id: Option<CreditGrantId>,
    /// The reservation that was opened or ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    reservation_id: Option<ReservationId>,
    /// From when on the new grant or reservation is worth nothing.
    #[serde(with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expires_at: Option<OffsetDateTime>,
}

impl CreditReceiptBody {
    /// 201 with what was made.
    pub(super) fn made(receipt: CreditReceipt) -> HttpResponse {
        let is_repeated = receipt.is_repeated;
        marked(answer::made(Self::from(receipt)), is_repeated)
    }

    /// 200 with what was done.
    pub(super) fn done(receipt: CreditReceipt) -> HttpResponse {
        let is_repeated = receipt.is_repeated;
        marked(answer::ok(Self::from(receipt)), is_repeated)
    }
}

impl From<CreditReceipt> for CreditReceiptBody {
    fn from(receipt: CreditReceipt) -> Self {
        Self {
            transaction_id: receipt.transaction_id,
            amount: receipt.amount,
            balance: receipt.balance,
            created_at: receipt.created_at,
            grant_id: receipt.grant_id,
            reservation_id: receipt.reservation_id,
            expires_at: receipt.expires_at,
        }
    }
}
