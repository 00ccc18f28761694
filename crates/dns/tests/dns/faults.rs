//! Name servers that fail, stall, or lie.

use std::time::{Duration, Instant};

use guildhall_dns::{DnsSettings, DnsTextRecords};
use guildhall_ports::{LookupError, TextRecords};

use crate::dns_server::{Behaviour, DnsServer};
use crate::{NAME, client, settings};

async fn unavailable(client: &DnsTextRecords) -> String {
    let LookupError::Unavailable(why) = client.lookup(NAME).await.unwrap_err();
    why
}

#[tokio::test]
async fn failures_are_errors_and_not_missing_records() {
    let server = DnsServer::start().await;
    server.set_texts(NAME, &["there"]);
    let client = client(&server);
    for behaviour in [Behaviour::Failure, Behaviour::Refusal, Behaviour::Referral] {
        server.behave(behaviour);
        let before = server.questions().len();
        unavailable(&client).await;
        assert!(server.questions().len() - before >= 2, "{behaviour:?} is asked again");
    }
    server.behave(Behaviour::Answer);
    assert_eq!(client.lookup(NAME).await.unwrap(), ["there"]);
}

#[tokio::test]
async fn silence_costs_bounded_time() {
    let server = DnsServer::start().await;
    server.set_texts(NAME, &["there"]);
    let client =
        DnsTextRecords::new(&DnsSettings { timeout: Duration::from_millis(300), ..settings(&server) }).unwrap();
    for behaviour in [Behaviour::Silence, Behaviour::Garbage] {
        server.behave(behaviour);
        let start = Instant::now();
        unavailable(&client).await;
        assert!(start.elapsed() < Duration::from_secs(4), "{behaviour:?}: {:?}", start.elapsed());
    }
    server.behave(Behaviour::Answer);
    assert_eq!(client.lookup(NAME).await.unwrap(), ["there"]);
}

#[tokio::test]
async fn the_deadline_holds_whatever_each_question_may_take() {
    let server = DnsServer::start().await;
    server.behave(Behaviour::Silence);
    let settings = DnsSettings { deadline: Duration::from_millis(400), ..settings(&server) };
    let client = DnsTextRecords::new(&settings).unwrap();
    let start = Instant::now();
    assert_eq!(unavailable(&client).await, "no answer within 400ms");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

// A lie must not cost more than a few questions.
#[tokio::test]
async fn circles_of_aliases_are_errors() {
    let server = DnsServer::start().await;
    let client = client(&server);
    // A question may be repeated on a slow machine.
    const MOST: usize = 3 * (DnsTextRecords::MAX_ALIASES + 1);
    for behaviour in [Behaviour::AliasCircle, Behaviour::EndlessAliases] {
        server.behave(behaviour);
        let before = server.questions().len();
        assert!(unavailable(&client).await.contains("aliases"));
        assert!(server.questions().len() - before <= MOST, "{behaviour:?}");
    }
    server.behave(Behaviour::Answer);
    for whole_way in [true, false] {
        server.send_the_whole_way(whole_way);
        server.set_alias(NAME, "b.example.com");
        server.set_alias("b.example.com", NAME);
        assert!(unavailable(&client).await.contains("aliases"));
        server.set_alias(NAME, NAME);
        assert!(unavailable(&client).await.contains("aliases"));
    }
}

#[tokio::test]
async fn a_name_server_that_is_gone_is_an_error() {
    let server = DnsServer::start().await;
    let client =
        DnsTextRecords::new(&DnsSettings { timeout: Duration::from_millis(300), ..settings(&server) }).unwrap();
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let start = Instant::now();
    unavailable(&client).await;
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}
