use guildhall_domain::User;
use guildhall_ports::store::Mode;

use crate::{AppError, Caller, CursorPage, Guildhall, ListRequest};

impl Guildhall {
    /// Lists all accounts in the order of their e-mails: superadmins only.
    ///
    /// # Errors
    /// `invalid_cursor`, denials.
    pub async fn list_users(
        &self,
        caller: &Caller,
        search: Option<&str>,
        request: &ListRequest,
    ) -> Result<CursorPage<User>, AppError> {
        self.require_superadmin(caller).await?;
        let scope = format!("users:{}", caller.actor.user_id);
        let page = self.open_page(&scope, request)?;
        let mut tx = self.ports.store.begin_platform(Mode::Read).await?;
        let users = tx.list_users(search, &page).await?;
        tx.commit().await?;
        Ok(self.seal_page(&scope, users))
    }
}
