//! Records that are there, and records that are not.

use std::sync::Arc;

use guildhall_dns::{DnsSettings, DnsTextRecords};
use guildhall_ports::TextRecords;

use crate::dns_server::{Behaviour, DnsServer};
use crate::{NAME, client};

// N-13: a domain is shown to be an organization's by a text record.
#[tokio::test]
async fn text_records_are_found_and_nothing_is_remembered() {
    let server = DnsServer::start().await;
    let client = client(&server);
    assert_eq!(client.lookup(NAME).await.unwrap(), Vec::<String>::new());
    server.set_texts(NAME, &["guildhall-verification=abc"]);
    assert_eq!(client.lookup(NAME).await.unwrap(), ["guildhall-verification=abc"]);
    server.set_texts(NAME, &["v=spf1 -all", "guildhall-verification=def", ""]);
    assert_eq!(client.lookup(NAME).await.unwrap(), ["v=spf1 -all", "guildhall-verification=def", ""]);
    server.set_texts(NAME, &[]);
    assert_eq!(client.lookup(NAME).await.unwrap(), Vec::<String>::new());
    server.remove(NAME);
    assert_eq!(client.lookup(NAME).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn no_such_name_is_no_error() {
    let server = DnsServer::start().await;
    server.set_texts(NAME, &["there"]);
    server.behave(Behaviour::NoSuchName);
    assert_eq!(client(&server).lookup(NAME).await.unwrap(), Vec::<String>::new());
    assert!(server.questions().iter().all(|question| question.name == NAME), "{:?}", server.questions());
}

#[tokio::test]
async fn names_are_asked_for_as_they_are() {
    let server = DnsServer::start().await;
    server.set_texts("_guildhall.xn--mnchen-3ya.example", &["beyond ASCII"]);
    let client = client(&server);
    for spelling in [NAME, "_guildhall.example.com.", "_GUILDHALL.Example.COM", "com", "localhost"] {
        assert_eq!(client.lookup(spelling).await.unwrap(), Vec::<String>::new());
    }
    let mut names: Vec<_> = server.questions().into_iter().map(|question| question.name).collect();
    names.dedup();
    assert_eq!(names, [NAME, "com", "localhost"]);
    assert!(server.questions().iter().all(|question| question.kind == 16 && !question.over_tcp));
    assert_eq!(client.lookup("_guildhall.münchen.example").await.unwrap(), ["beyond ASCII"]);
}

#[tokio::test]
async fn what_cannot_be_a_name_has_no_records() {
    let server = DnsServer::start().await;
    let long = format!("_guildhall.{}com", "label-of-ten.".repeat(20));
    for name in ["", ".", "a..b", "_guildhall.ex ample.com", &format!("{}.com", "x".repeat(64)), &long] {
        assert_eq!(client(&server).lookup(name).await.unwrap(), Vec::<String>::new(), "{name}");
    }
    assert!(server.questions().is_empty(), "{:?}", server.questions());
}

// RFC 1035, 3.3.14: a record is one text, however it is cut into strings.
#[tokio::test]
async fn the_strings_of_a_record_are_joined() {
    let server = DnsServer::start().await;
    let client = client(&server);
    let long = "0123456789".repeat(60);
    server.set_texts(NAME, &[&long, "short"]);
    assert_eq!(client.lookup(NAME).await.unwrap(), [long.as_str(), "short"]);
    server.set_strings(NAME, &[b"guildhall-", b"", b"verification=", b"abc"]);
    assert_eq!(client.lookup(NAME).await.unwrap(), ["guildhall-verification=abc"]);
    server.set_strings(NAME, &[b"not UTF-8: \xFF\xFE."]);
    assert_eq!(client.lookup(NAME).await.unwrap(), ["not UTF-8: \u{FFFD}\u{FFFD}."]);
}

#[tokio::test]
async fn an_answer_that_does_not_fit_comes_over_tcp() {
    let server = DnsServer::start().await;
    let texts: Vec<String> = (0..40).map(|i| format!("record {i} {}", "x".repeat(200))).collect();
    server.set_texts(NAME, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(client(&server).lookup(NAME).await.unwrap(), texts);
    let mut transports: Vec<_> = server.questions().into_iter().map(|question| question.over_tcp).collect();
    transports.dedup();
    assert_eq!(transports, [false, true]);
}

#[tokio::test]
async fn number_and_size_of_records_are_bounded() {
    let server = DnsServer::start().await;
    let client = client(&server);
    let most: Vec<String> = (0..300).map(|i| format!("record {i}")).collect();
    server.set_texts(NAME, &most.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(client.lookup(NAME).await.unwrap(), most[..64]);
    server.set_texts(NAME, &[&"x".repeat(60_000), &"y".repeat(1_025), &"z".repeat(1_024), "short"]);
    assert_eq!(client.lookup(NAME).await.unwrap(), ["z".repeat(1_024).as_str(), "short"]);
}

// A name may be run elsewhere: the record is where its alias leads.
#[tokio::test]
async fn a_chain_of_aliases_that_ends_is_followed() {
    for whole_way in [true, false] {
        let server = DnsServer::start().await;
        server.send_the_whole_way(whole_way);
        let client = client(&server);
        server.set_alias(NAME, "a1.example.net");
        for i in 1..DnsTextRecords::MAX_ALIASES {
            server.set_alias(&format!("a{i}.example.net"), &format!("A{}.Example.net", i + 1));
        }
        let last = format!("a{}.example.net", DnsTextRecords::MAX_ALIASES);
        server.set_texts(&last, &["at the end"]);
        assert_eq!(client.lookup(NAME).await.unwrap(), ["at the end"], "whole way: {whole_way}");

        server.set_texts(&last, &[]);
        assert_eq!(client.lookup(NAME).await.unwrap(), Vec::<String>::new());
        server.remove(&last);
        assert_eq!(client.lookup(NAME).await.unwrap(), Vec::<String>::new());
        // One more is too many.
        server.set_alias(&last, "end.example.net");
        server.set_texts("end.example.net", &["too far"]);
        client.lookup(NAME).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_ask_at_once() {
    let server = DnsServer::start().await;
    let client = Arc::new(client(&server));
    let tasks: Vec<_> = (0..50)
        .map(|i| {
            let name = format!("_guildhall.example{}.com", i % 10);
            server.set_texts(&name, &[&name]);
            let client = Arc::clone(&client);
            tokio::spawn(async move { (client.lookup(&name).await, name) })
        })
        .collect();
    for task in tasks {
        let (found, name) = task.await.unwrap();
        assert_eq!(found.unwrap(), [name]);
    }
}

// Whether this machine has name servers or not, it is said when the adapter is made.
#[tokio::test]
async fn the_systems_name_servers_are_the_default() {
    match DnsTextRecords::new(&DnsSettings::default()) {
        Ok(client) => assert!(format!("{client:?}").contains("servers: ")),
        Err(error) => assert!(error.to_string().contains("configure one"), "{error}"),
    }
}
