use crate::invitation::named;
use crate::{CreditGrantId, Invalid};

named! {
    /// Where credits are, and where they come from or went.
    LedgerAccount {
        /// Given: the other side of what came into the pool; never above zero.
        Granted = "granted",
        /// Can be spent.
        Pool = "pool",
        /// Held for something that is under way.
        Reserved = "reserved",
        /// Spent.
        Consumed = "consumed",
        /// Was not spent in time.
        Expired = "expired",
        /// Taken back by a correction.
        Adjusted = "adjusted",
    } else "unknown_account", "must be an account of the ledger such as pool"
}

named! {
    /// What a movement of the ledger is.
    MovementKind {
        /// Credits were given.
        Grant = "grant",
        /// Credits were spent at once.
        Consume = "consume",
        /// Credits are held.
        Reserve = "reserve",
        /// Held credits were spent; the rest is free again.
        Commit = "commit",
        /// Held credits are free again.
        Release = "release",
        /// The same, because nobody came back in time.
        Lapse = "lapse",
        /// What was spent is given back.
        Refund = "refund",
        /// What was left of a grant is gone.
        Expire = "expire",
        /// What is left of a grant is taken back.
        Revoke = "revoke",
    } else "unknown_kind", "must be a kind of movement such as consume"
}

/// One side of a movement: so much more, or less, in an account, out of one grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Which account.
    pub account: LedgerAccount,
    /// Of which grant.
    pub grant: CreditGrantId,
    /// How much more; negative is less. Never zero.
    pub amount: i64,
}

/// One transaction of the ledger: never changed, and its entries sum to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What it is.
    pub kind: MovementKind,
    /// How many credits it is about: those granted, spent, held, freed, or gone.
    pub amount: u64,
    /// Its sides.
    pub entries: Vec<Entry>,
}

impl Movement {
    /// Whether what is taken from some accounts is what comes into others.
    pub fn is_balanced(&self) -> bool {
        self.entries.iter().map(|entry| i128::from(entry.amount)).sum::<i128>() == 0
    }

    /// How much it puts into an account, of all grants; negative, how much it takes.
    pub fn total(&self, account: LedgerAccount) -> i128 {
        self.entries.iter().filter(|entry| entry.account == account).map(|entry| i128::from(entry.amount)).sum()
    }

    /// So much from one account into another, out of one grant. Amounts are at
    /// most 2^53 - 1, so they fit.
    pub(super) fn shift(&mut self, grant: CreditGrantId, from: LedgerAccount, to: LedgerAccount, amount: u64) {
        let amount = amount.cast_signed();
        if amount != 0 {
            self.entries.push(Entry { account: from, grant, amount: -amount });
            self.entries.push(Entry { account: to, grant, amount });
        }
    }

    pub(super) fn new(kind: MovementKind, amount: u64) -> Self {
        Self { kind, amount, entries: Vec::new() }
    }
}
