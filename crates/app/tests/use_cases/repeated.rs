//! Requests that are sent again (R-IDEM), below HTTP.

use guildhall_app::organization::CreateOrganization;
use guildhall_app::{AppError, Caller, Conflict, IdempotencyKey, RepeatableRequest, RequestContext};
use guildhall_domain::Name;
use time::Duration;

use crate::world::{World, request};

fn sending(who: &Caller, key: &str, says: &str) -> (Caller, RepeatableRequest) {
    let key = IdempotencyKey::parse(key).unwrap();
    let repeatable = RepeatableRequest::new("POST /something".to_owned(), key, says.to_owned());
    let request = RequestContext { repeatable: Some(repeatable.clone()), ..request() };
    (Caller { request, ..who.clone() }, repeatable)
}

fn acme() -> CreateOrganization {
    CreateOrganization { name: Name::parse("Acme").unwrap(), slug: None, description: None, domain: None }
}

/// R-IDEM-1, R-IDEM-2: answered again for a day, and not carried out again.
#[tokio::test]
async fn an_answer_is_given_again() {
    let world = World::new();
    let ann = world.register("Ann").await.caller;
    let create = async |key, says| {
        let (caller, sent) = sending(&ann, key, says);
        let made = world.guildhall.create_organization(&caller, acme()).await.map(|made| made.organization.id);
        (made, sent)
    };
    let (made, sent) = create("a", "Acme").await;
    assert!(made.is_ok());
    assert_eq!(create("a", "Acme").await.0, Err(AppError::InFlight), "carried out, and not answered yet");
    world.clock.advance(Duration::minutes(3));
    assert_eq!(create("a", "Acme").await.0, Err(Conflict::AnswerLost.into()), "nor will it be");
    world.guildhall.keep_answer(ann.actor.user_id, &sent, b"201 Acme").await.unwrap();
    assert_eq!(create("a", "Acme").await.0, Err(AppError::AnsweredBefore(b"201 Acme".to_vec())));
    assert_eq!(create("a", "Other").await.0, Err(AppError::IdempotencyKeyReused));
    world.clock.advance(Duration::days(1));
    assert!(create("a", "Acme").await.0.is_ok());
}

/// Keys of different people never meet, be it on one account.
#[tokio::test]
async fn whose_key_it_is() {
    let world = World::new();
    let (rita, root) = (world.superadmin("Rita").await.caller, world.superadmin("Root").await.caller);
    let bob = world.register("Bob").await.caller.actor.user_id;
    for who in [&rita, &root] {
        let (caller, sent) = sending(who, "same", "disable");
        assert!(world.guildhall.set_user_disabled(&caller, bob, true).await.unwrap().disabled_at.is_some());
        world.guildhall.keep_answer(who.actor.user_id, &sent, who.email.as_str().as_bytes()).await.unwrap();
    }
    for who in [&rita, &root] {
        let again = world.guildhall.set_user_disabled(&sending(who, "same", "disable").0, bob, true).await;
        assert_eq!(again.unwrap_err(), AppError::AnsweredBefore(who.email.as_str().as_bytes().to_vec()));
    }
}
