use std::collections::BTreeMap;

use guildhall_domain::credits::{CreditGrant, CreditPool};
use guildhall_domain::{Permission, UserId};
use guildhall_ports::store::{MemberCredits, OrganizationRef};

use super::batch::{Batch, Concerned, unwritten};
use crate::access::Access;
use crate::transact::work;
use crate::{AppError, Caller, Guildhall};

/// What is in an organization's pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditBalance {
    /// What can be spent.
    pub balance: u64,
    /// What reservations hold.
    pub reserved: u64,
    /// The grants of which something is left, in the order in which they are spent.
    pub grants: Vec<CreditGrant>,
}

/// Credits of which everything that is due is in the ledger.
pub(super) struct Settled {
    /// The pool.
    pub(super) pool: CreditPool,
    /// The members that were asked about.
    pub(super) members: BTreeMap<UserId, MemberCredits>,
}

impl From<CreditPool> for CreditBalance {
    fn from(pool: CreditPool) -> Self {
        let left = pool.grants().iter().filter(|grant| grant.available > 0 || grant.reserved > 0);
        Self { balance: pool.balance(), reserved: pool.reserved(), grants: left.cloned().collect() }
    }
}

impl Guildhall {
    /// What is in the pool at this instant (M-27), as the ledger has it.
    ///
    /// # Errors
    /// Denials.
    pub async fn credit_balance(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
    ) -> Result<CreditBalance, AppError> {
        self.read_settled(
            caller,
            organization,
            Permission::CreditRead,
            work!(|access| {
                Ok(self.settled(access, Concerned::default()).await?.map(|settled| settled.pool.into()))
            }),
        )
        .await
    }

    /// Reads in an organization of which everything that is due by itself is in
    /// the ledger: where `work` finds that it is not, it is entered, and read again.
    pub(super) async fn read_settled<T, F, Fut>(
        &self,
        caller: &Caller,
        organization: OrganizationRef,
        permission: Permission,
        work: F,
    ) -> Result<T, AppError>
    where
        F: Fn(Access) -> Fut,
        Fut: Future<Output = (Access, Result<Option<T>, AppError>)>,
    {
        loop {
            match self.read_in(caller, organization, permission, &work).await? {
                Some(read) => return Ok(read),
                None => self.settle_credits(self.resolve(caller, organization)?).await?,
            }
        }
    }

    /// The credits of an organization, where everything that is due by itself
    /// is in the ledger; none where it has to be entered first.
    pub(super) async fn settled(
        &self,
        access: &mut Access,
        concerned: Concerned<'_>,
    ) -> Result<Option<Settled>, AppError> {
        let organization = access.organization().clone();
        let batch = Batch::open(self, &organization, access.tx(), concerned).await?;
        Ok(batch.is_settled().then_some(Settled { members: batch.state.members, pool: batch.pool }))
    }

    /// The pool in a unit of work that writes, with what is due done first.
    pub(super) async fn settle_in(
        &self,
        access: &mut Access,
        concerned: Concerned<'_>,
    ) -> Result<CreditPool, AppError> {
        let organization = access.organization().clone();
        loop {
            let batch = Batch::open(self, &organization, access.tx(), concerned).await?;
            let (more, pool) = (batch.has_more_due(), batch.pool.clone());
            if let Some(changes) = batch.finish() {
                changes.write(access.tx()).await.map_err(unwritten)?;
            }
            if !more {
                return Ok(pool);
            }
        }
    }
}
