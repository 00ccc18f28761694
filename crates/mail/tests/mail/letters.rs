//! What arrives.

use std::time::Duration;

use guildhall_domain::Email;
use guildhall_mail::{LinkPattern, MailComposer, MailLinks, MailSender, SmtpMailer};
use guildhall_ports::{Mail, MailContent, Mailer, SecretString};
use time::macros::datetime;

use crate::samples::{
    Decoded, INVITATION_LINK, TOKEN, invitation, invitation_to, mail, mailer, settings, verification,
};
use crate::smtp_server::SmtpServer;

const SOON: Duration = Duration::from_secs(5);

async fn delivered(content: MailContent) -> Decoded {
    let server = SmtpServer::start().await;
    mailer(&server).send(&mail(1, content)).await.unwrap();
    let mails = server.wait_for(1, SOON).await;
    Decoded::parse(mails[0].data.as_bytes())
}

// C-112, N-38: the invited person learns who invites, into what, how, and until when.
#[tokio::test]
async fn an_invitation_arrives_whole() {
    let server = SmtpServer::start().await;
    mailer(&server).send(&mail(1, invitation())).await.unwrap();
    let mails = server.wait_for(1, SOON).await;
    assert_eq!(
        (mails[0].from.as_str(), mails[0].to.as_slice()),
        ("no-reply@example.com", &["bob@example.org".to_owned()][..])
    );

    assert_eq!(mails[0].link(), Some(INVITATION_LINK), "it can be copied from a file");

    let letter = Decoded::parse(mails[0].data.as_bytes());
    assert_eq!(letter.header("From"), "Guildhall <no-reply@example.com>");
    assert_eq!(letter.header("To"), "bob@example.org");
    assert_eq!(letter.header("Subject"), "Invitation to Acme");
    assert_eq!(letter.header("Date"), "Sun, 01 Mar 2026 12:00:01 +0000");
    assert_eq!(letter.header("Message-ID"), "<00000000-0000-0000-0000-000000000001@example.com>");
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert_eq!(
        letter.text,
        format!(
            "Alice invites you to join Acme as member.\n\
             \n\
             They write:\n\
             \n\
             > Come in!\n\
             > We have cake.\n\
             \n\
             To accept, open this link:\n\
             \n\
             {INVITATION_LINK}\n\
             \n\
             It works until 8 March 2026, 12:30 UTC, and only for bob@example.org. If you have\n\
             no account yet, register with this address and this link.\n\
             \n\
             Did you not expect this? Then ignore this mail, and nothing happens."
        )
    );
    for part in [
        "<b>Alice</b> invites you to join <b>Acme</b> as member.",
        "Come in!<br>\nWe have cake.<br>",
        &format!("<a href=\"{INVITATION_LINK}\""),
        "8 March 2026, 12:30 UTC",
        "only for bob@example.org",
        "register with this address and this link",
    ] {
        assert!(letter.html.contains(part), "{part} in {}", letter.html);
    }
}

#[tokio::test]
async fn an_invitation_from_nobody_without_words_reads_well() {
    let letter = delivered(invitation_to("Acme", None, "admin", None)).await;
    assert!(
        letter.text.starts_with("You are invited to join Acme as admin.\n\nTo accept, open this link:\n\n"),
        "{}",
        letter.text
    );
    assert!(letter.html.contains("<p>You are invited to join <b>Acme</b> as admin.</p>"), "{}", letter.html);
    assert!(!letter.html.contains("They write"));
}

// N-13: an address is shown to be somebody's by a link.
#[tokio::test]
async fn a_verification_arrives_whole() {
    let letter = delivered(verification()).await;
    assert_eq!(letter.header("Subject"), "Confirm your e-mail address");
    let link = "https://app.example.com/verify-email#token=ghe_token";
    for part in ["Hello Bob,", "bob@example.org", link, "2 March 2026, 12:30 UTC"] {
        assert!(letter.text.contains(part), "{part} in {}", letter.text);
        assert!(letter.html.contains(part), "{part} in {}", letter.html);
    }
}

// ASVS 1.2.1: names and words are escaped in HTML, and left alone in text.
#[tokio::test]
async fn markup_in_names_and_words_shows_as_it_was_typed() {
    let script = "<script>alert('1')</script> & \"Söhne\"";
    let letter =
        delivered(invitation_to(script, Some("<b>Eve"), "</p><img src=x>", Some("<a href=\"evil\">\nx"))).await;
    for bad in ["<script", "<b>Eve", "<img", "<a href=\"evil"] {
        assert!(!letter.html.contains(bad), "{bad} in {}", letter.html);
    }
    assert!(letter.html.contains("alert(&#39;1&#39;)&#60;/script&#62; &#38; &#34;Söhne&#34;"), "{}", letter.html);
    assert!(letter.text.contains(script));
    assert_eq!(letter.header("Subject"), format!("Invitation to {script}"));
}

// ASVS 1.3.11: no name begins a header of its own. The role is no checked value type.
#[tokio::test]
async fn nothing_gets_into_the_headers() {
    let role = "member\r\nBcc: eve@example.net\r\n\r\nbody";
    let letter =
        delivered(invitation_to("Acme Bcc: eve@example.net", Some("A: b"), role, Some("x\r\n.\r\nQUIT\ry\r\r\nz")))
            .await;
    let names: Vec<&str> = letter.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"]
    );
    assert!(letter.text.contains("as member Bcc: eve@example.net body.\n"), "{}", letter.text);
    assert!(letter.text.contains("> x\n> .\n> QUIT\n> y\n> \n> z\n"), "{}", letter.text);
}

#[tokio::test]
async fn long_lines_are_broken_on_the_way_and_whole_again() {
    for line in ["a".repeat(1_999), "ä ".repeat(900), ".".repeat(1_500)] {
        let server = SmtpServer::start().await;
        mailer(&server).send(&mail(1, invitation_to("Acme", None, "member", Some(&line)))).await.unwrap();
        let mails = server.wait_for(1, SOON).await;
        assert!(mails[0].data.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
        let letter = Decoded::parse(mails[0].data.as_bytes());
        assert!(letter.text.contains(&format!("\n> {}\n", line.trim())), "{}", letter.text);
    }
}

#[tokio::test]
async fn a_long_name_in_any_script_fits() {
    let name = "組織🦀".repeat(40);
    let letter = delivered(invitation_to(&name, None, "member", None)).await;
    assert_eq!(letter.header("Subject"), format!("Invitation to {name}"));
    assert!(letter.text.contains(&name) && letter.html.contains(&name));
}

// The same mail is the same bytes; its Message-ID comes from its id and the sender alone.
#[tokio::test]
async fn a_mail_that_is_sent_again_is_the_same() {
    let server = SmtpServer::start().await;
    mailer(&server).send(&mail(7, invitation())).await.unwrap();
    mailer(&server).send(&mail(7, invitation())).await.unwrap();
    mailer(&server).send(&mail(8, invitation())).await.unwrap();
    let mails = server.wait_for(3, SOON).await;
    assert_eq!(mails[0].data, mails[1].data);
    assert_eq!(mails[0].header("message-id").unwrap(), "<00000000-0000-0000-0000-000000000007@example.com>");
    assert_ne!(mails[2].header("message-id"), mails[0].header("message-id"));
}

// The pages may be the product's own, as Mission Control's `/invite?token=` (C-112).
#[tokio::test]
async fn links_lead_where_they_are_told() {
    let server = SmtpServer::start().await;
    let links = MailLinks {
        invitation: LinkPattern::parse("https://mc.example.com/invite?token={token}&a=1").unwrap(),
        ..MailLinks::below("https://app.example.com").unwrap()
    };
    let composer = MailComposer::new(MailSender::parse("mc@example.com").unwrap(), links);
    SmtpMailer::new(settings(&server), composer).unwrap().send(&mail(1, invitation())).await.unwrap();
    let letter = Decoded::parse(server.wait_for(1, SOON).await[0].data.as_bytes());
    assert!(letter.text.contains(&format!("\nhttps://mc.example.com/invite?token={TOKEN}&a=1\n")), "{}", letter.text);
    assert!(letter.html.contains(&format!("href=\"https://mc.example.com/invite?token={TOKEN}&#38;a=1\"")));
    assert_eq!(letter.header("From"), "mc@example.com");
}

// A domain beyond ASCII is written as DNS writes it; a mailbox beyond ASCII needs a server that can.
#[tokio::test]
async fn addresses_beyond_ascii() {
    let server = SmtpServer::start().await;
    let to = |to: &str| Mail { to: Email::parse(to).unwrap(), ..mail(1, verification()) };
    mailer(&server).send(&to("bob@münchen.example")).await.unwrap();
    assert_eq!(server.wait_for(1, SOON).await[0].to, ["bob@xn--mnchen-3ya.example"]);

    let refused = mailer(&server).send(&to("jürgen@example.org")).await.unwrap_err();
    assert!(matches!(&refused, guildhall_ports::MailError::Permanent(why) if why.contains("SMTPUTF8")), "{refused}");
}

#[tokio::test]
async fn odd_addresses_and_moments_do_no_harm() {
    let server = SmtpServer::start().await;
    let odd = ["o'brien+x@example.org", "\"a,b\"@example.org", "a!#$%&*/=?^_`{|}~-b@example.org"];
    for (i, to) in odd.iter().enumerate() {
        let mail = Mail { to: Email::parse(to).unwrap(), ..mail(1, verification()) };
        mailer(&server).send(&mail).await.unwrap();
        assert_eq!(server.wait_for(i + 1, SOON).await[i].to, [*to]);
    }
    for created_at in [datetime!(1900-01-01 0:00 UTC), datetime!(9999-12-31 23:59:59 UTC)] {
        mailer(&server).send(&Mail { created_at, ..mail(1, verification()) }).await.unwrap();
    }
    let strange = MailContent::EmailVerification {
        name: guildhall_domain::Name::parse("Bob").unwrap(),
        token: SecretString::from("\"><script>"),
        expires_at: datetime!(-9999-01-01 0:00 UTC),
    };
    assert!(!delivered(strange).await.html.contains("<script"));
}
