use guildhall_domain::UserId;
use guildhall_ports::store::IdempotentRequest;
use guildhall_ports::{AnswerSealer, SecretString};
use proptest::prelude::{any, proptest};
use uuid::Uuid;

use super::{AeadAnswerSealer, BASE64URL_NOPAD, VERSION};
use crate::KeyTooShort;

const ANSWER: &[u8] = br#"{"token":"ghi_Zx3kPq9LmN0vBt7RwYc2Hs5JdGf8UeAoIi1TrSlMzXk"}"#;

fn sealer() -> AeadAnswerSealer {
    AeadAnswerSealer::from_secret(&SecretString::from("0123456789abcdef0123456789abcdef")).unwrap()
}

fn request() -> IdempotentRequest {
    IdempotentRequest {
        user_id: UserId::from(Uuid::from_u128(7)),
        operation: "POST /organizations/{org}/invites".into(),
        key: "order-7".to_owned(),
        fingerprint: "0f".repeat(32),
    }
}

// R-IDEM-1
#[test]
fn what_is_sealed_comes_back() {
    for answer in [ANSWER, b"", &[0, 255, 10], &vec![b'x'; 300_000]] {
        let sealed = sealer().seal(answer, &request());
        assert_eq!(sealer().open(&sealed, &request()).as_deref(), Some(answer));
    }
}

// R-INV-5: storage sees no token, and nothing of what is around it.
#[test]
fn nobody_reads_what_is_sealed() {
    let sealed = sealer().seal(ANSWER, &request());
    let bytes = BASE64URL_NOPAD.decode(sealed.as_bytes()).unwrap();
    for part in [&ANSWER[2..7], &ANSWER[10..20]] {
        assert!(!bytes.windows(part.len()).any(|window| window == part));
        assert!(!sealed.as_bytes().windows(part.len()).any(|window| window == part));
    }
    assert_ne!(sealed, sealer().seal(ANSWER, &request()), "a nonce is used once");
    assert_eq!(format!("{:?}", sealer()), "AeadAnswerSealer(Envelope(…))");
}

#[test]
fn a_change_of_any_byte_is_noticed() {
    let sealed = BASE64URL_NOPAD.decode(sealer().seal(ANSWER, &request()).as_bytes()).unwrap();
    let opens = |bytes: &[u8]| sealer().open(&BASE64URL_NOPAD.encode(bytes), &request()).is_some();
    assert!(opens(&sealed));
    for at in 0..sealed.len() {
        let mut forged = sealed.clone();
        forged[at] ^= 1;
        assert!(!opens(&forged), "byte {at}");
        assert!(!opens(&sealed[..at]), "cut at {at}");
    }
    assert!(!opens(&[&sealed[..], &[0]].concat()));
    for text in ["", "-", "no base64!", "AQ=="] {
        assert!(sealer().open(text, &request()).is_none(), "{text}");
    }
}

// R-IDEM-2, R-TEN: an answer is one request's.
#[test]
fn an_answer_opens_only_for_its_request() {
    let sealed = sealer().seal(ANSWER, &request());
    let others = [
        IdempotentRequest { user_id: UserId::from(Uuid::from_u128(8)), ..request() },
        IdempotentRequest { operation: "POST /organizations/{org}/members".into(), ..request() },
        IdempotentRequest { key: "order-8".to_owned(), ..request() },
        IdempotentRequest { fingerprint: "1f".repeat(32), ..request() },
        // The same characters, parted elsewhere.
        IdempotentRequest {
            operation: "POST /organizations/{org}/invitesorder".into(),
            key: "-7".to_owned(),
            ..request()
        },
        IdempotentRequest {
            key: "order-70".to_owned(),
            fingerprint: request().fingerprint[1..].to_owned(),
            ..request()
        },
    ];
    for other in others {
        assert!(sealer().open(&sealed, &other).is_none(), "{other:?}");
    }
}

#[test]
fn another_key_opens_nothing() {
    let sealed = sealer().seal(ANSWER, &request());
    let other = AeadAnswerSealer::from_secret(&SecretString::from("0123456789abcdef0123456789abcdeg")).unwrap();
    assert!(other.open(&sealed, &request()).is_none());
    assert!(AeadAnswerSealer::random().unwrap().open(&sealed, &request()).is_none());
    let short = SecretString::from("0123456789abcdef0123456789abcde");
    assert_eq!(AeadAnswerSealer::from_secret(&short).unwrap_err(), KeyTooShort);
}

proptest! {
    #[test]
    fn nothing_else_opens(mut sealed in any::<Vec<u8>>(), text in any::<String>()) {
        assert!(sealer().open(&text, &request()).is_none());
        sealed.insert(0, VERSION);
        assert!(sealer().open(&BASE64URL_NOPAD.encode(&sealed), &request()).is_none());
    }
}
