//! The first account of an installation (M-56).

use std::sync::Arc;

use guildhall_domain::User;
use guildhall_ports::store::{Constraint, Store};

use super::expect;
use crate::fixtures::Fixture;

async fn has_users(f: &Fixture) -> bool {
    f.read_platform(async |unit| unit.has_users().await).await
}

/// Where there is no account, the first one is made, whole.
pub async fn first_account_is_made(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    assert!(!has_users(&f).await);
    let user = User { superadmin: true, email_verified_at: Some(f.now()), ..f.user("root@acme.example") };
    let password = f.password("secret");
    let mut unit = f.begin_user(user.id).await;
    unit.insert_first_user(&user, &password).await.unwrap();
    unit.rollback().await.unwrap();
    assert!(!has_users(&f).await);

    f.write_user(user.id, async |unit| unit.insert_first_user(&user, &password).await).await;
    assert!(has_users(&f).await);
    assert_eq!(f.stored_user(user.id).await, user);
    assert_eq!(f.read_user(user.id, async |unit| unit.password().await).await, Some(password));
}

/// Where there is any account, whichever, none is made.
pub async fn first_account_is_refused_beside_others(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    assert!(has_users(&f).await);
    let user = User { superadmin: true, ..f.user("root@acme.example") };
    // Even with the address of the one that is there: that there is one says it all.
    for user in [user.clone(), User { email: owner.email.clone(), ..user.clone() }] {
        let result =
            f.try_write_user(user.id, async |unit| unit.insert_first_user(&user, &f.password("secret")).await).await;
        expect::conflict(result, Constraint::UsersExist);
        assert_eq!(f.read_user(user.id, async |unit| unit.user().await).await, None);
    }
    // Without any account it is as at the beginning.
    f.write(organization.id, async |unit| unit.delete_organization().await).await;
    f.write_user(owner.id, async |unit| unit.delete_user().await).await;
    assert!(!has_users(&f).await);
    f.write_user(user.id, async |unit| unit.insert_first_user(&user, &f.password("secret")).await).await;
}
