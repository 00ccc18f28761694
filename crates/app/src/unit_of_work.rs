//! Units of work as the use cases hold them.

use std::ops::{Deref, DerefMut};

use guildhall_domain::{OrganizationId, UserId};
use guildhall_ports::store::{OrgTx, UserTx};

use crate::AppError;

/// A unit of work inside an organization. A concrete type, because futures of
/// closures over `dyn OrgTx` are not `Send`.
pub(crate) struct Uow(pub(crate) Box<dyn OrgTx>);

impl Uow {
    /// Commits what succeeded, rolls back what did not.
    pub(crate) async fn finish<T>(self, result: Result<T, AppError>) -> Result<T, AppError> {
        match result {
            Ok(value) => {
                self.0.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // A rollback that fails closes the connection, which rolls back too.
                let _ = self.0.rollback().await;
                Err(error)
            }
        }
    }

    /// Goes on as a unit of work on one account.
    pub(crate) async fn into_user(self, user: UserId) -> Result<UserUow, AppError> {
        Ok(UserUow(self.0.into_user(user).await?))
    }
}

/// A unit of work on an account, concrete for the same reason.
pub(crate) struct UserUow(pub(crate) Box<dyn UserTx>);

impl UserUow {
    /// Goes on as a unit of work inside an organization.
    pub(crate) async fn into_org(self, organization: OrganizationId) -> Result<Uow, AppError> {
        Ok(Uow(self.0.into_org(organization).await?))
    }
}

impl Deref for UserUow {
    type Target = dyn UserTx;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl DerefMut for UserUow {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.0
    }
}
