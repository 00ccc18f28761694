//! What requests for credits were answered is kept as long as the ledger (R-IDEM, R-LED-4).

use std::sync::Arc;

use guildhall_ports::store::{CreditNeeds, CreditWrites, IdempotentAnswer, IdempotentRequest, Store};
use time::Duration;

use crate::fixtures::Fixture;

/// Answers are kept with what was done, and found in the order in which they are asked for.
pub async fn credit_answers_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (other, beta) = f.seed_owned("Beta").await;
    let (id, at) = (organization.id, f.now());
    let requests: Vec<_> = ["first", "Schlüssel ' \"", "third"].map(|key| f.idempotent_request(owner.id, key)).into();
    let answers: Vec<_> =
        requests[..2].iter().map(|it| (it.clone(), format!("{{\"Größe\":\"{}\"}}", it.key))).collect();
    let writes = CreditWrites { answers: answers.clone(), ..CreditWrites::default() };
    f.write(id, async |unit| unit.credits().write(&writes, at).await).await;

    let kept = |n: usize| {
        let (IdempotentRequest { fingerprint, .. }, answer) = answers[n].clone();
        Some(IdempotentAnswer { fingerprint, answer, created_at: at })
    };
    let changed = IdempotentRequest { fingerprint: "something else".to_owned(), ..requests[0].clone() };
    let anothers = IdempotentRequest { user_id: other.id, ..requests[0].clone() };
    let apart = IdempotentRequest { operation: "release_quota".into(), ..requests[0].clone() };
    let asked = vec![requests[2].clone(), requests[1].clone(), requests[0].clone(), anothers, changed, apart];
    let needs = CreditNeeds { requests: asked, ..f.credit_needs(at) };
    assert_eq!(f.credit_state(id, &needs).await.answers, [None, kept(1), kept(0), None, kept(0), None]);
    assert_eq!(f.credit_state(beta.id, &needs).await.answers, vec![None; 6]);
    assert_eq!(f.read(id, async |unit| unit.idempotent_answer(&requests[0]).await).await, kept(0));
}

/// However old they are, they stay while the other answers of the organization are forgotten.
pub async fn credit_answers_are_not_forgotten(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (id, start) = (organization.id, f.now());
    let key = |n: i32| f.idempotent_request(owner.id, &format!("key {n}"));
    for n in 0..8 {
        let at = start + Duration::HOUR * n;
        if n % 2 == 0 {
            let writes = CreditWrites { answers: vec![(key(n), n.to_string())], ..CreditWrites::default() };
            f.write(id, async |unit| unit.credits().write(&writes, at).await).await;
        } else {
            f.write(id, async |unit| unit.keep_idempotent_answer(&key(n), "kept", at, start).await).await;
        }
    }
    let last = f.idempotent_request(owner.id, "last");
    let (later, before) = (start + Duration::DAY * 400, start + Duration::HOUR * 6);
    f.write(id, async |unit| unit.keep_idempotent_answer(&last, "kept", later, before).await).await;
    let needs = CreditNeeds { requests: (0..8).map(key).collect(), ..f.credit_needs(later) };
    let answers = f.credit_state(id, &needs).await.answers;
    let there: Vec<_> = answers.iter().map(Option::is_some).collect();
    assert_eq!(there, [true, false, true, false, true, false, true, true]);
    for (n, answer) in (0..).zip(answers).filter(|(n, _)| n % 2 == 0) {
        let answer = answer.unwrap();
        assert_eq!((answer.answer, answer.created_at), (n.to_string(), start + Duration::HOUR * n));
    }
}

/// They go with the organization, and no account is kept for them.
pub async fn credit_answers_keep_nobody(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (_, beta) = f.seed_owned("Beta").await;
    let user = f.seed_user("bob@acme.example").await;
    let at = f.now();
    let requests = [owner.id, user.id].map(|user| f.idempotent_request(user, "key"));
    let answers = requests.iter().map(|request| (request.clone(), "1".to_owned())).collect();
    let writes = CreditWrites { answers, ..CreditWrites::default() };
    for id in [organization.id, beta.id] {
        f.write(id, async |unit| unit.credits().write(&writes, at).await).await;
    }
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    let id = organization.id;
    f.write(id, async |unit| unit.delete_organization().await).await;
    let again = guildhall_domain::Organization { id, ..f.organization("Acme") };
    f.write(id, async |unit| unit.insert_organization(&again).await).await;
    let needs = CreditNeeds { requests: vec![requests[0].clone()], ..f.credit_needs(at) };
    assert_eq!(f.credit_state(id, &needs).await.answers, [None]);
    assert!(f.credit_state(beta.id, &needs).await.answers[0].is_some());
}
