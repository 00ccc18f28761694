//! Many set up one installation at once: it has one first account (M-56).

use std::sync::Arc;

use guildhall_domain::User;
use guildhall_ports::PasswordHash;
use guildhall_ports::store::{Constraint, Mode, Store, StoreError};

use super::together;
use crate::fixtures::{Fixture, walk};

async fn set_up(store: Arc<dyn Store>, user: Arc<User>) -> Result<(), StoreError> {
    let mut unit = store.begin_user(user.id, Mode::Write).await?;
    match unit.insert_first_user(&user, &PasswordHash::new("hash".to_owned())).await {
        Ok(()) => unit.commit().await,
        Err(error) => {
            unit.rollback().await?;
            Err(error)
        }
    }
}

/// Twenty make the first account at once, each with an address of its own: there is one.
pub async fn first_account_is_made_once(store: Arc<dyn Store>) {
    let f = Fixture::new(Arc::clone(&store));
    for round in 0..5 {
        let works: Vec<_> = (0..20)
            .map(|n| {
                let user = Arc::new(User { superadmin: true, ..f.user(&format!("root{n}@acme.example")) });
                let store = Arc::clone(&store);
                move || set_up(Arc::clone(&store), Arc::clone(&user))
            })
            .collect();
        let results = together(works).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "round {round}: {results:?}");
        let refused = Err(StoreError::Conflict(Constraint::UsersExist));
        assert_eq!(results.iter().filter(|result| **result == refused).count(), 19, "round {round}: {results:?}");
        let users =
            f.read_platform(async |unit| walk(100, async |page| unit.list_users(None, &page).await).await).await;
        assert_eq!(users.len(), 1);
        f.write_user(users[0].id, async |unit| unit.delete_user().await).await;
    }
}
