use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use guildhall_ports::{HashError, PasswordHash, PasswordHasher, PasswordVerdict, SecretString};

use super::{Argon2Hasher, Argon2Parameters, HashBound};

const CHEAP: Argon2Parameters = Argon2Parameters { memory_kib: 64, iterations: 1, parallelism: 1 };
/// Long enough that others arrive while it runs.
const SLOW: Argon2Parameters = Argon2Parameters { memory_kib: 32_768, iterations: 8, parallelism: 1 };

fn hasher(parameters: Argon2Parameters, permits: usize, queue: usize) -> Arc<Argon2Hasher> {
    let bound = HashBound { permits: NonZeroUsize::new(permits).unwrap(), queue };
    Arc::new(Argon2Hasher::new(parameters, bound).unwrap())
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[tokio::test]
async fn the_right_password_matches_and_no_other() {
    let hasher = hasher(CHEAP, 2, 64);
    let hash = hasher.hash(secret("pass")).await.unwrap();
    let fine = PasswordVerdict { matches: true, outdated: false };
    assert_eq!(hasher.verify(secret("pass"), Some(hash.clone())).await.unwrap(), fine);
    for wrong in ["", "Pass", "pass ", "pas"] {
        assert!(!hasher.verify(secret(wrong), Some(hash.clone())).await.unwrap().matches, "{wrong:?}");
    }
    assert_ne!(hasher.hash(secret("pass")).await.unwrap(), hash, "each hash has a salt of its own");
}

#[tokio::test]
async fn a_phc_string_has_a_16_byte_salt_and_a_32_byte_tag() {
    let hash = hasher(CHEAP, 1, 0).hash(secret("pass")).await.unwrap();
    let fields: Vec<_> = hash.as_phc().split('$').collect();
    assert_eq!(fields[1..4], ["argon2id", "v=19", "m=64,t=1,p=1"]);
    assert_eq!((fields[4].len(), fields[5].len()), (22, 43)); // base64 of 16 and of 32 bytes
}

#[tokio::test]
async fn a_hash_with_other_parameters_matches_and_is_outdated() {
    let old = hasher(CHEAP, 1, 0).hash(secret("pass")).await.unwrap();
    for parameters in [
        Argon2Parameters { memory_kib: 128, ..CHEAP },
        Argon2Parameters { iterations: 2, ..CHEAP },
        Argon2Parameters { memory_kib: 64, iterations: 1, parallelism: 2 },
    ] {
        let verdict = hasher(parameters, 1, 0).verify(secret("pass"), Some(old.clone())).await.unwrap();
        assert_eq!(verdict, PasswordVerdict { matches: true, outdated: true }, "{parameters:?}");
    }
    // argon2i instead of argon2id
    let argon2i = "$argon2i$v=19$m=16,t=2,p=1$VmZSUGVFdTdBcXd1cm9Ddg$ClFY8OcovxkDwB3rgRcb9Q";
    let verdict = hasher(CHEAP, 1, 0).verify(secret("x"), Some(PasswordHash::new(argon2i.to_owned()))).await.unwrap();
    assert_eq!(verdict, PasswordVerdict { matches: false, outdated: true });
}

#[tokio::test]
async fn an_unreadable_hash_is_an_error_without_the_hash() {
    for text in
        ["", "plain", "$argon2id$", "$argon2id$v=19$m=0,t=0,p=0$c2FsdHNhbHQ$dGFn", "$2b$12$abc", "$argon2id$v=19"]
    {
        let verdict = hasher(CHEAP, 1, 0).verify(secret("x"), Some(PasswordHash::new(text.to_owned()))).await;
        match verdict {
            Err(HashError::Failed(detail)) => assert!(text.is_empty() || !detail.contains(text), "{detail}"),
            Ok(verdict) => assert!(!verdict.matches && verdict.outdated, "{text:?}"),
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

// R-LOGIN-1: an unknown account costs the same time as a wrong password. The
// medians of interleaved pairs are compared, so that other work on the machine
// falls on both.
#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    let hasher = hasher(Argon2Parameters { memory_kib: 1_024, ..CHEAP }, 1, 0);
    let hash = hasher.hash(secret("pass")).await.unwrap();
    assert!(!hasher.verify(secret("pass"), None).await.unwrap().matches);
    let mut ratios = Vec::new();
    for _ in 0..5 {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..101 {
            let begun = Instant::now();
            hasher.verify(secret("wrong"), Some(hash.clone())).await.unwrap();
            known.push(begun.elapsed());
            let begun = Instant::now();
            hasher.verify(secret("wrong"), None).await.unwrap();
            unknown.push(begun.elapsed());
        }
        known.sort();
        unknown.sort();
        ratios.push(known[50].as_secs_f64() / unknown[50].as_secs_f64());
    }
    assert!(ratios.iter().any(|ratio| (0.95..1.05).contains(ratio)), "{ratios:?}");
}

// R-LOGIN-3: permits and queue are bounds; beyond them the answer comes at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_beyond_the_queue_is_turned_away_at_once() {
    let hasher = hasher(SLOW, 1, 2);
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let hasher = Arc::clone(&hasher);
            tokio::spawn(async move { hasher.hash(secret("pass")).await })
        })
        .collect();
    while hasher.places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let begun = Instant::now();
    let refused = hasher.verify(secret("pass"), None).await.unwrap_err();
    assert_eq!(refused, HashError::Busy { retry_after: Duration::from_secs(1) });
    assert!(begun.elapsed() < Duration::from_millis(50), "{:?}", begun.elapsed());
    for hashing in waiting {
        assert!(hashing.await.unwrap().is_ok());
    }
    assert!(hasher.hash(secret("pass")).await.is_ok(), "there is room again");
}

// R-LOGIN-3: a client that hangs up does not make room while its hash still runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_hash_keeps_its_permit_until_it_ends() {
    let hasher = hasher(SLOW, 1, 0);
    let abandoned = {
        let hasher = Arc::clone(&hasher);
        tokio::spawn(async move { hasher.hash(secret("pass")).await })
    };
    while hasher.permits.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    abandoned.abort();
    assert!(abandoned.await.is_err());
    assert!(matches!(hasher.hash(secret("pass")).await, Err(HashError::Busy { .. })), "it still runs");
    while hasher.places.available_permits() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(hasher.hash(secret("pass")).await.is_ok());
}

// R-LOGIN-3: one that gives up in the queue leaves its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_leaves_the_queue_makes_room() {
    let hasher = hasher(SLOW, 1, 1);
    let spawn = |hasher: &Arc<Argon2Hasher>| {
        let hasher = Arc::clone(hasher);
        tokio::spawn(async move { hasher.hash(secret("pass")).await })
    };
    let running = spawn(&hasher);
    let queued = spawn(&hasher);
    while hasher.places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    queued.abort();
    let _ = queued.await;
    let _ = running.await;
    assert!(hasher.hash(secret("pass")).await.is_ok());
    assert_eq!(hasher.places.available_permits(), 2);
}

#[test]
fn impossible_parameters_are_refused() {
    for parameters in [
        Argon2Parameters { memory_kib: 1, ..CHEAP },
        Argon2Parameters { iterations: 0, ..CHEAP },
        Argon2Parameters { parallelism: 0, ..CHEAP },
    ] {
        assert!(Argon2Hasher::new(parameters, HashBound::default()).is_err(), "{parameters:?}");
    }
}
