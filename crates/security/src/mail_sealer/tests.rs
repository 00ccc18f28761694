use guildhall_domain::{Description, Email, MailId, Name, OrganizationId};
use guildhall_ports::{ExposeSecret, Mail, MailContent, MailSealer, QueuedMail, SecretString};
use proptest::prelude::{any, proptest};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use super::{AeadMailSealer, VERSION, content};
use crate::KeyTooShort;

const TOKEN: &str = "ghi_Zx3kPq9LmN0vBt7RwYc2Hs5JdGf8UeAoIi1TrSlMzXk";

fn sealer() -> AeadMailSealer {
    AeadMailSealer::from_secret(&SecretString::from("0123456789abcdef0123456789abcdef")).unwrap()
}

fn organization() -> Option<OrganizationId> {
    Some(OrganizationId::from(Uuid::from_u128(7)))
}

fn invitation() -> MailContent {
    MailContent::Invitation {
        organization: Name::parse("Böse \"Zitate\" & <Söhne>").unwrap(),
        inviter: Some(Name::parse("Alice").unwrap()),
        role: "Mitglied\r\nBcc: x".to_owned(),
        message: Some(Description::parse("Hello,\n\tcome in! 🦀").unwrap()),
        token: SecretString::from(TOKEN),
        expires_at: datetime!(2026-03-04 05:06:07.000_008 UTC),
    }
}

fn verification() -> MailContent {
    MailContent::EmailVerification {
        name: Name::parse("Bob").unwrap(),
        token: SecretString::from(TOKEN),
        expires_at: datetime!(2026-03-04 05:06:07 UTC),
    }
}

fn mail(content: MailContent) -> Mail {
    Mail {
        id: MailId::from(Uuid::from_u128(1)),
        to: Email::parse("bob@example.com").unwrap(),
        created_at: datetime!(2026-03-01 12:00 UTC),
        content,
    }
}

/// A content with its token, for comparisons.
fn printed(content: &MailContent) -> String {
    let (MailContent::Invitation { token, .. } | MailContent::EmailVerification { token, .. }) = content;
    format!("{content:?} {}", token.expose_secret())
}

#[test]
fn what_is_sealed_comes_back() {
    let bare = MailContent::Invitation {
        organization: Name::parse("Acme").unwrap(),
        inviter: None,
        role: String::new(),
        message: None,
        token: SecretString::from(TOKEN),
        expires_at: OffsetDateTime::UNIX_EPOCH,
    };
    for content in [invitation(), verification(), bare] {
        for organization in [None, organization()] {
            let mail = mail(content.clone());
            let queued = sealer().seal(&mail, organization);
            assert_eq!((queued.id, &queued.to, queued.created_at), (mail.id, &mail.to, mail.created_at));
            assert_eq!(queued.organization_id, organization);
            let opened = sealer().open(&queued).unwrap();
            assert_eq!((opened.id, &opened.to, opened.created_at), (mail.id, &mail.to, mail.created_at));
            assert_eq!(printed(&opened.content), printed(&mail.content));
        }
    }
}

// R-INV-5: storage sees no token, sealed or not.
#[test]
fn nobody_reads_the_token_in_what_is_sealed() {
    let queued = sealer().seal(&mail(invitation()), organization());
    for part in [TOKEN.as_bytes(), &TOKEN.as_bytes()[4..12], b"Alice", b"organization"] {
        assert!(!queued.sealed.windows(part.len()).any(|window| window == part));
    }
    let again = sealer().seal(&mail(invitation()), organization());
    assert_ne!(queued.sealed, again.sealed, "a nonce is used once");
    for printed in [format!("{:?}", sealer()), format!("{queued:?}"), format!("{:?}", sealer().open(&queued))] {
        assert!(!printed.contains(&TOKEN[4..]), "{printed}");
    }
}

#[test]
fn a_change_of_any_byte_is_noticed() {
    let queued = sealer().seal(&mail(invitation()), organization());
    for at in 0..queued.sealed.len() {
        let mut forged = queued.clone();
        forged.sealed[at] ^= 1;
        assert!(sealer().open(&forged).is_none(), "byte {at}");
        forged.sealed.truncate(at);
        assert!(sealer().open(&forged).is_none(), "cut at {at}");
    }
    let longer = QueuedMail { sealed: [&queued.sealed[..], &[0]].concat(), ..queued };
    assert!(sealer().open(&longer).is_none());
}

#[test]
fn a_mail_opens_only_as_what_it_was_sealed_as() {
    let queued = sealer().seal(&mail(invitation()), organization());
    let others = [
        QueuedMail { id: MailId::from(Uuid::from_u128(2)), ..queued.clone() },
        QueuedMail { to: Email::parse("eve@example.com").unwrap(), ..queued.clone() },
        QueuedMail { organization_id: None, ..queued.clone() },
        QueuedMail { organization_id: Some(OrganizationId::from(Uuid::from_u128(8))), ..queued.clone() },
    ];
    for other in others {
        assert!(sealer().open(&other).is_none(), "{other:?}");
    }
    // No organization is not the organization of zeros.
    let none = sealer().seal(&mail(invitation()), None);
    let nil = QueuedMail { organization_id: Some(OrganizationId::from(Uuid::nil())), ..none };
    assert!(sealer().open(&nil).is_none());
}

#[test]
fn another_key_opens_nothing() {
    let queued = sealer().seal(&mail(verification()), None);
    let other = AeadMailSealer::from_secret(&SecretString::from("0123456789abcdef0123456789abcdeg")).unwrap();
    assert!(other.open(&queued).is_none());
    assert!(AeadMailSealer::random().unwrap().open(&queued).is_none());
    let short = SecretString::from("0123456789abcdef0123456789abcde");
    assert_eq!(AeadMailSealer::from_secret(&short).unwrap_err(), KeyTooShort);
}

// The buffer that is wiped is the only one: it never grew.
#[test]
fn the_buffer_is_long_enough_from_the_start() {
    let worst = MailContent::Invitation {
        organization: Name::parse(&"\"".repeat(120)).unwrap(),
        inviter: Some(Name::parse(&"\\".repeat(120)).unwrap()),
        role: "\0".repeat(500),
        message: Some(Description::parse(&format!("x{}x", "\n".repeat(1_900))).unwrap()),
        token: SecretString::from("\u{1}".repeat(100)),
        expires_at: datetime!(9999-12-31 23:59:59 UTC),
    };
    let Some(before) = content::read(&content::write(&worst)) else { panic!("it reads what it wrote") };
    assert_eq!(printed(&before), printed(&worst));
    let text = content::write(&worst);
    assert!(text.len() > 6 * 600);
    assert_eq!(text.capacity(), (120 + 120 + 500 + 1_902 + 100) * 6 + 256);
}

proptest! {
    #[test]
    fn nothing_else_opens(mut sealed in any::<Vec<u8>>()) {
        let queued = sealer().seal(&mail(verification()), None);
        assert!(sealer().open(&QueuedMail { sealed: sealed.clone(), ..queued.clone() }).is_none());
        sealed.insert(0, VERSION);
        assert!(sealer().open(&QueuedMail { sealed, ..queued }).is_none());
    }
}
