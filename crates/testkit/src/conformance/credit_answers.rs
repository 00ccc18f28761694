//! What requests for credits were answered is kept as long as the ledger (R-IDEM, R-LED-4).

use std::sync::Arc;

use guildhall_domain::credits::{CreditTransaction, Movement, MovementKind};
use guildhall_domain::{OrganizationId, Timestamp};
use guildhall_ports::store::{CreditNeeds, CreditWrites, IdempotentAnswer, IdempotentRequest, Store};
use time::Duration;

use crate::fixtures::Fixture;

/// A transaction for each request, which moves nothing, with what it was answered.
fn answering(f: &Fixture, id: OrganizationId, at: Timestamp, answers: &[(&IdempotentRequest, &str)]) -> CreditWrites {
    let CreditNeeds { day, month, .. } = f.credit_needs(at);
    let mut writes = CreditWrites::default();
    for (request, answer) in answers {
        let transaction = CreditTransaction {
            id: f.id(),
            organization_id: id,
            movement: Movement { kind: MovementKind::Consume, amount: 0, entries: Vec::new() },
            user_id: None,
            actor_id: Some(request.user_id),
            workspace_id: None,
            operation: None,
            reservation_id: None,
            reverses: None,
            day: day.clone(),
            month: month.clone(),
            reason: None,
            created_at: at,
        };
        writes.answers.insert(transaction.id, ((*request).clone(), (*answer).to_owned()));
        writes.transactions.push(transaction);
    }
    writes
}

/// Answers are kept with what was done, and found in the order in which they are asked for.
pub async fn credit_answers_are_kept(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (other, beta) = f.seed_owned("Beta").await;
    let (id, at) = (organization.id, f.now());
    let requests: Vec<_> = ["first", "Schlüssel ' \"", "third"].map(|key| f.idempotent_request(owner.id, key)).into();
    let answers = requests[..2].iter().map(|it| format!("{{\"Größe\":\"{}\"}}", it.key)).collect::<Vec<_>>();
    let given: Vec<_> = requests.iter().zip(&answers).map(|(request, answer)| (request, answer.as_str())).collect();
    let writes = answering(&f, id, at, &given);
    f.write(id, async |unit| unit.credits().write(&writes, at).await).await;

    let kept = |n: usize| {
        let (fingerprint, answer) = (requests[n].fingerprint.clone(), answers[n].clone());
        Some(IdempotentAnswer { fingerprint, answer, created_at: at })
    };
    let changed = IdempotentRequest { fingerprint: "something else".to_owned(), ..requests[0].clone() };
    let anothers = IdempotentRequest { user_id: other.id, ..requests[0].clone() };
    let apart = IdempotentRequest { operation: "release_quota".into(), ..requests[0].clone() };
    let asked = vec![requests[2].clone(), requests[1].clone(), requests[0].clone(), anothers, changed, apart];
    let needs = CreditNeeds { requests: asked, ..f.credit_needs(at) };
    assert_eq!(f.credit_state(id, &needs).await.answers, [None, kept(1), kept(0), None, kept(0), None]);
    assert_eq!(f.credit_state(beta.id, &needs).await.answers, vec![None; 6]);
    // The answers that are forgotten are others.
    assert_eq!(f.read(id, async |unit| unit.idempotent_answer(&requests[0]).await).await, None);
}

/// A request is answered once, for good: another answer is refused, with all that is written beside it.
pub async fn credit_requests_are_answered_once(store: Arc<dyn Store>) {
    let f = Fixture::new(store);
    let (owner, organization) = f.seed_owned("Acme").await;
    let (other, _) = f.seed_owned("Beta").await;
    let (id, at) = (organization.id, f.now());
    let [first, second] = ["first", "second"].map(|key| f.idempotent_request(owner.id, key));
    f.write_credits(id, &answering(&f, id, at, &[(&first, "1")])).await;
    let ledger = f.ledger(id).await;
    let changed = IdempotentRequest { fingerprint: "something else".to_owned(), ..first.clone() };
    let mut anothers = answering(&f, id, at, &[(&second, "2")]);
    anothers.transactions[0].actor_id = Some(other.id);
    let mut nobodys = answering(&f, id, at, &[(&second, "2")]);
    nobodys.transactions[0].actor_id = None;
    let mut about_nothing = answering(&f, id, at, &[(&second, "2")]);
    about_nothing.transactions.clear();
    for refused in [
        answering(&f, id, at, &[(&second, "2"), (&first, "1")]),
        answering(&f, id, at, &[(&second, "2"), (&changed, "2")]),
        answering(&f, id, at, &[(&second, "2"), (&second, "2")]),
        anothers,
        nobodys,
        about_nothing,
    ] {
        assert!(f.try_write_credits(id, &refused).await.is_err(), "{refused:?}");
    }
    assert_eq!(f.ledger(id).await, ledger);
    let needs = CreditNeeds { requests: vec![first, second], ..f.credit_needs(at) };
    let answers = f.credit_state(id, &needs).await.answers;
    assert_eq!(
        answers.iter().map(|it| it.as_ref().map(|it| it.answer.as_str())).collect::<Vec<_>>(),
        [Some("1"), None]
    );
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
            let writes = answering(&f, id, at, &[(&key(n), &n.to_string())]);
            f.write(id, async |unit| unit.credits().write(&writes, at).await).await;
        } else {
            f.write(id, async |unit| unit.keep_idempotent_answer(&key(n), "kept", at, start).await).await;
        }
    }
    let last = f.idempotent_request(owner.id, "last");
    let (later, before) = (start + Duration::DAY * 400, start + Duration::HOUR * 6);
    f.write(id, async |unit| unit.keep_idempotent_answer(&last, "kept", later, before).await).await;
    let forgotten = f.read(id, async |unit| {
        let mut there = Vec::new();
        for n in [1, 3, 5, 7] {
            there.push(unit.idempotent_answer(&key(n)).await?.is_some());
        }
        Ok(there)
    });
    assert_eq!(forgotten.await, [false, false, false, true]);
    let needs = CreditNeeds { requests: (0..8).map(key).collect(), ..f.credit_needs(later) };
    let answers = f.credit_state(id, &needs).await.answers;
    let there: Vec<_> = answers.iter().map(Option::is_some).collect();
    assert_eq!(there, [true, false, true, false, true, false, true, false]);
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
    for id in [organization.id, beta.id] {
        let writes = answering(&f, id, at, &requests.each_ref().map(|request| (request, "1")));
        f.write(id, async |unit| unit.credits().write(&writes, at).await).await;
    }
    f.write_user(user.id, async |unit| unit.delete_user().await).await;
    let id = organization.id;
    f.write(id, async |unit| unit.delete_organization().await).await;
    let again = guildhall_domain::Organization { id, ..f.organization("Acme") };
    f.write(id, async |unit| unit.insert_organization(&again).await).await;
    let needs = CreditNeeds { requests: requests.to_vec(), ..f.credit_needs(at) };
    assert_eq!(f.credit_state(id, &needs).await.answers, [None, None]);
    assert!(f.credit_state(beta.id, &needs).await.answers.iter().all(Option::is_some), "whoever is gone");
    let writes = answering(&f, id, at, &[(&requests[0], "2")]);
    f.write(id, async |unit| unit.credits().write(&writes, at).await).await;
}
