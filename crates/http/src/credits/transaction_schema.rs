use guildhall_domain::credits::{CreditTransaction, Entry, LedgerAccount, MovementKind, PeriodKey};
use guildhall_domain::{
    CreditGrantId, CreditTransactionId, Description, Name, ReservationId, Timestamp, UserId, WorkspaceId,
};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::serde::rfc3339;
use utoipa::ToSchema;

/// A transaction of the ledger, which never changes.
#[derive(Serialize, ToSchema)]
#[schema(as = CreditTransaction, examples(json!({
    "id": "0198c1a0-0000-7000-8000-000000000020",
    "kind": "consume",
    "amount": 30,
    "user_id": "0198c1a0-0000-7000-8000-000000000001",
    "actor_id": "0198c1a0-0000-7000-8000-000000000001",
    "workspace_id": null,
    "operation": "generation",
    "reservation_id": null,
    "reverses": null,
    "day": "2026-01-31",
    "month": "2026-01",
    "reason": null,
    "created_at": "2026-01-31T12:00:00Z",
    "entries": [
        {"account": "pool", "grant_id": "0198c1a0-0000-7000-8000-000000000022", "amount": -30},
        {"account": "consumed", "grant_id": "0198c1a0-0000-7000-8000-000000000022", "amount": 30}
    ]
})))]
pub(crate) struct CreditTransactionBody {
    #[schema(value_type = Uuid)]
    id: CreditTransactionId,
    #[schema(value_type = String, pattern = "^(grant|consume|reserve|commit|release|lapse|refund|expire|revoke)$")]
    kind: &'static str,
    /// How many credits were given, spent, held, freed, or are gone.
    amount: u64,
    /// Whose quota it counts in.
    #[schema(value_type = Option<Uuid>, required = true)]
    user_id: Option<UserId>,
    /// Who asked for it; `null` for what is due by itself.
    #[schema(value_type = Option<Uuid>, required = true)]
    actor_id: Option<UserId>,
    #[schema(value_type = Option<Uuid>, required = true)]
    workspace_id: Option<WorkspaceId>,
    /// What was done, where that has a price.
    #[schema(value_type = Option<String>, required = true)]
    operation: Option<Name>,
    /// The reservation that it opened or ended.
    #[schema(value_type = Option<Uuid>, required = true)]
    reservation_id: Option<ReservationId>,
    /// The transaction that it gives back.
    #[schema(value_type = Option<Uuid>, required = true)]
    reverses: Option<CreditTransactionId>,
    /// The grant that was made, was taken back, or is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    grant_id: Option<CreditGrantId>,
    /// The day that it counts in, in the organization's time zone.
    #[schema(value_type = String)]
    day: PeriodKey,
    /// The month.
    #[schema(value_type = String)]
    month: PeriodKey,
    #[schema(value_type = Option<String>, required = true)]
    reason: Option<Description>,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    /// Where the credits came from and went; they sum to zero.
    entries: Vec<CreditEntryBody>,
}

/// So much more, or less, in an account, out of one grant.
#[derive(Serialize, ToSchema)]
#[schema(as = CreditEntry)]
pub(crate) struct CreditEntryBody {
    #[schema(value_type = String, pattern = "^(granted|pool|reserved|consumed|expired|adjusted)$")]
    account: LedgerAccount,
    #[schema(value_type = Uuid)]
    grant_id: CreditGrantId,
    amount: i64,
}

impl From<Entry> for CreditEntryBody {
    fn from(entry: Entry) -> Self {
        Self { account: entry.account, grant_id: entry.grant, amount: entry.amount }
    }
}

impl From<CreditTransaction> for CreditTransactionBody {
    fn from(transaction: CreditTransaction) -> Self {
        let movement = transaction.movement;
        let of_one = matches!(movement.kind, MovementKind::Grant | MovementKind::Revoke | MovementKind::Expire);
        Self {
            id: transaction.id,
            kind: movement.kind.as_str(),
            amount: movement.amount,
            user_id: transaction.user_id,
            actor_id: transaction.actor_id,
            workspace_id: transaction.workspace_id,
            operation: transaction.operation,
            reservation_id: transaction.reservation_id,
            reverses: transaction.reverses,
            grant_id: movement.entries.first().filter(|_| of_one).map(|entry| entry.grant),
            day: transaction.day,
            month: transaction.month,
            reason: transaction.reason,
            created_at: transaction.created_at,
            entries: movement.entries.into_iter().map(CreditEntryBody::from).collect(),
        }
    }
}

impl CreditTransactionBody {
    /// The headings of the table.
    pub(super) const HEADINGS: [&'static str; 14] = [
        "id",
        "created_at",
        "kind",
        "amount",
        "user_id",
        "actor_id",
        "workspace_id",
        "operation",
        "reservation_id",
        "reverses",
        "grant_id",
        "day",
        "month",
        "reason",
    ];

    /// A row of the table, in the order of the headings.
    pub(super) fn row(self) -> [String; 14] {
        fn or_empty(value: Option<impl ToString>) -> String {
            value.map(|value| value.to_string()).unwrap_or_default()
        }
        let at: Timestamp = self.created_at;
        [
            self.id.to_string(),
            at.format(&Rfc3339).unwrap_or_default(),
            self.kind.to_owned(),
            self.amount.to_string(),
            or_empty(self.user_id),
            or_empty(self.actor_id),
            or_empty(self.workspace_id),
            or_empty(self.operation),
            or_empty(self.reservation_id),
            or_empty(self.reverses),
            or_empty(self.grant_id),
            self.day.to_string(),
            self.month.to_string(),
            or_empty(self.reason),
        ]
    }
}
