use super::CreditPool;
use crate::credits::{LedgerAccount, Movement, MovementKind, ReservationState};
use crate::{CreditGrantId, ReservationId};

/// Something that is due by itself, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A reservation held too long.
    Lapsed(ReservationId, Movement),
    /// What was left of a grant is gone.
    Expired(CreditGrantId, Movement),
}

impl Due {
    /// What it does to the ledger.
    pub fn movement(&self) -> &Movement {
        match self {
            Self::Lapsed(_, movement) | Self::Expired(_, movement) => movement,
        }
    }
}

impl CreditPool {
    /// Does what is due by itself, before and after everything else: returns
    /// what reservations held too long, and takes out what has expired.
    pub fn settle(&mut self) -> Vec<Due> {
        let open = self.reservations.values().filter(|it| it.state == ReservationState::Open);
        let overdue: Vec<_> = open.filter(|it| !it.is_open(self.now)).map(|it| it.id).collect();
        let mut due = Vec::new();
        for id in overdue {
            let lapsed = self.close(id, 0, MovementKind::Lapse, ReservationState::Lapsed);
            due.extend(lapsed.map(|movement| Due::Lapsed(id, movement)));
        }
        let expired = self.grants.iter().filter(|grant| grant.is_expired(self.now) && grant.available > 0);
        let expired: Vec<_> = expired.map(|grant| (grant.id, grant.available)).collect();
        for (id, left) in expired {
            let mut movement = Movement::new(MovementKind::Expire, left);
            movement.shift(id, LedgerAccount::Pool, LedgerAccount::Expired, left);
            self.change_grant(id, |grant| grant.available = 0);
            due.push(Due::Expired(id, movement));
        }
        due
    }
}
