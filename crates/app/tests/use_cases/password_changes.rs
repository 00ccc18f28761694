use guildhall_app::{AppError, ListRequest, SecretString};

use crate::world::{PASSWORD, World, request};

/// M-57, ASVS 7.4.3: the present password is asked for, other sessions end.
#[tokio::test]
async fn changing_a_password_ends_other_sessions() {
    let world = World::new();
    let ann = world.register("Ann").await;
    let phone = world.person(world.login("Ann", PASSWORD).await.unwrap()).await;
    let change = async |current: &str, new: &str| {
        let (current, new) = (SecretString::from(current), SecretString::from(new));
        world.guildhall.change_password(&ann.caller, current, new).await
    };
    let new = "a wholly different secret sentence";
    assert_eq!(change("wrong", new).await.unwrap_err(), AppError::InvalidCredentials);
    let weak = change(PASSWORD, "short").await.unwrap_err();
    assert!(matches!(&weak, AppError::Invalid(fields) if fields[0].pointer == "/new_password"), "{weak:?}");
    change(PASSWORD, new).await.unwrap();
    assert!(world.guildhall.authenticate(&phone.token, request()).await.is_err());
    assert!(world.guildhall.authenticate(&ann.token, request()).await.is_ok());
    assert!(world.login("Ann", PASSWORD).await.is_err());
    world.login("Ann", new).await.unwrap();
    let sessions = world.guildhall.list_sessions(&ann.caller, &ListRequest::default()).await.unwrap();
    assert_eq!(sessions.items.len(), 2);
}
