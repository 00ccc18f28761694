//! What members have spent, as a list and as files (M-27, M-30).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use guildhall_domain::TimeZone;
use guildhall_domain::credits::Periods;
use serde_json::{Value, json};
use support::{Answer, Organization, Server};
use time::Duration;

fn base(organization: &Organization) -> String {
    format!("/api/v1/organizations/{}", organization.id)
}

async fn spending(server: &Server, acme: &Organization) {
    let path = format!("{}/credits/consume", base(acme));
    let body = json!({"amount": 7, "workspace_id": acme.workspace});
    acme.owner.keyed(server, &path, "in-a-workspace", body).await.expect(201);
    acme.member.keyed(server, &path, "by-a-member", json!({"amount": 5})).await.expect(201);
    let quota = format!("{}/members/{}/quota", base(acme), acme.member.id);
    let limits = json!({"monthly_limit": 50, "daily_limit": 10});
    acme.owner.call(server, "PUT", &quota, Some(limits)).await.expect(200);
}

/// Rows of a table, without quoted cells.
fn rows(answer: &Answer) -> Vec<Vec<String>> {
    assert!(answer.text().ends_with("\r\n"));
    answer.text().split_terminator("\r\n").map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

/// M-27, M-30: every member, in the order of e-mails, page by page.
#[actix_web::test]
async fn the_list() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    spending(&server, &acme).await;
    let path = format!("{}/credit-usage", base(&acme));
    let periods = Periods::at(server.guildhall.now(), &TimeZone::parse("UTC").unwrap());
    let list = acme.owner.get(&server, &path).await.expect(200);
    assert_eq!((&list["day"], &list["month"]), (&json!(periods.day.as_str()), &json!(periods.month.as_str())));
    let items = list["items"].as_array().unwrap();
    let used: Vec<_> =
        items.iter().map(|item| [&item["email"], &item["day"]["used"], &item["month"]["used"]]).collect();
    // The owner spent 10 and 7, and holds 20; who has spent nothing is there too (M-30).
    let expected = [("acmeadmin", 0), ("acmeguest", 0), ("acmemember", 5), ("acmeowner", 37)];
    let expected = expected.map(|(name, used)| [json!(format!("{name}@example.com")), json!(used), json!(used)]);
    assert_eq!(used, expected.iter().map(|row| row.each_ref()).collect::<Vec<_>>());
    assert_eq!(
        items[2],
        json!({
            "member_id": acme.members[2],
            "user_id": acme.member.id,
            "email": "acmemember@example.com",
            "name": "AcmeMember",
            "day": {"used": 5, "limit": 10},
            "month": {"used": 5, "limit": 50},
            "is_default": false
        })
    );
    let mut paged = Vec::new();
    let mut next = String::new();
    loop {
        let page = acme.admin.get(&server, &format!("{path}?limit=3{next}")).await.expect(200);
        paged.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(after) => next = format!("&after={after}"),
            None => break,
        }
    }
    assert_eq!(&paged, items);
    // For a workspace, a month, a day, and one in which nothing was.
    let of = async |query: &str| {
        let page = acme.owner.get(&server, &format!("{path}?{query}")).await.expect(200);
        let sum = |field: &str| -> Option<u64> {
            page["items"].as_array().unwrap().iter().map(|item| item[field]["used"].as_u64()).sum()
        };
        (page["day"].clone(), sum("day"), sum("month"))
    };
    let day = json!(periods.day.as_str());
    assert_eq!(of(&format!("workspace_id={}", acme.workspace)).await, (day.clone(), Some(7), Some(7)));
    assert_eq!(of(&format!("period={}", periods.month)).await, (Value::Null, None, Some(42)));
    assert_eq!(of(&format!("period={}", periods.day)).await, (day, Some(42), Some(42)));
    assert_eq!(of("period=2020-01-31").await, (json!("2020-01-31"), Some(0), Some(0)));
}

/// M-30: the same as files, whole, however many pages it has.
#[actix_web::test]
async fn exports() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    spending(&server, &acme).await;
    let limits = json!({"limits": {"members": 0}});
    let root = server.superadmin().await;
    root.call(&server, "PUT", &format!("{}/limits", base(&acme)), Some(limits)).await.expect(200);
    for number in 0..105 {
        let person = server.register(&format!("Extra{number:03}")).await;
        server.add(&acme.owner, &acme.id, &person, "member").await;
    }
    let path = format!("{}/credit-usage", base(&acme));
    let periods = Periods::at(server.guildhall.now(), &TimeZone::parse("UTC").unwrap());
    let named = acme.owner.get(&server, &format!("{path}?format=csv")).await;
    let accepted = acme.owner.request("GET", &path, None).insert_header(("accept", "text/csv, */*;q=0.1"));
    for csv in [named, server.send(accepted).await] {
        assert_eq!(csv.status.as_u16(), 200);
        assert!(csv.header("content-type").unwrap().starts_with("text/csv"));
        let file = format!("attachment; filename=\"credit-usage-{}.csv\"", periods.day);
        assert_eq!(csv.header("content-disposition"), Some(file.as_str()));
        let rows = rows(&csv);
        assert_eq!(rows.len(), 1 + 109);
        let headings = "member_id,user_id,email,name,day,day_used,day_limit,month,month_used,month_limit,is_default";
        assert_eq!(rows[0].join(","), headings);
        let (day, month) = (periods.day.as_str(), periods.month.as_str());
        let member = [&acme.members[2], &acme.member.id, "acmemember@example.com", "AcmeMember"];
        assert_eq!(rows[3][..4], member);
        assert_eq!(rows[3][4..], [day, "5", "10", month, "5", "50", "false"]);
        assert!(rows[1..].is_sorted_by_key(|row| row[2].clone()));
    }
    let month = acme.owner.get(&server, &format!("{path}?format=csv&period={}", periods.month)).await;
    assert_eq!(rows(&month)[3][4..7], ["", "", ""]);
    let lines = acme.owner.get(&server, &format!("{path}?format=ndjson")).await;
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 109);
    let list = acme.owner.get(&server, &format!("{path}?limit=100")).await.expect(200);
    assert_eq!(&lines[..100], list["items"].as_array().unwrap());
    // Whoever may not read the list gets no file.
    for format in ["csv", "ndjson"] {
        let path = format!("{path}?format={format}");
        acme.member.get(&server, &path).await.problem(403, "permission_denied");
        acme.removed.get(&server, &path).await.problem(404, "organization_not_found");
    }
}

/// ASVS 1.2.10: names are what anybody wrote, and spreadsheets calculate.
#[actix_web::test]
async fn formulas_stay_texts() {
    let server = Server::start().await;
    let ada = server.register("Ada").await;
    let name = "=HYPERLINK(\"https://evil.example\",\"Ada\")";
    ada.call(&server, "PATCH", "/api/v1/users/me", Some(json!({"name": name}))).await.expect(200);
    let file = ada.get(&server, "/api/v1/organizations/me/credit-usage?format=csv").await;
    let quoted = "\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"Ada\"\")\"";
    assert!(file.text().contains(quoted), "{}", file.text());
    let body = json!({"amount": 1, "reason": "@SUM(1+9)*cmd|' /C calc'!A0"});
    ada.keyed(&server, "/api/v1/organizations/me/credits", "1", body).await.expect(201);
    let file = ada.get(&server, "/api/v1/organizations/me/credits/transactions?format=csv").await;
    assert!(file.text().contains(",'@SUM(1+9)*cmd|' /C calc'!A0\r\n"), "{}", file.text());
    let disposition = "attachment; filename=\"credit-transactions.csv\"";
    assert_eq!(file.header("content-disposition"), Some(disposition));
    let kinds: Vec<_> = rows(&file)[1..].iter().map(|row| row[2].clone()).collect();
    assert_eq!(kinds, ["grant"]);
    let lines = ada.get(&server, "/api/v1/organizations/me/credits/transactions?format=ndjson&kind=grant").await;
    assert_eq!(serde_json::from_str::<Value>(lines.text().trim()).unwrap()["reason"], "@SUM(1+9)*cmd|' /C calc'!A0");
}

/// What was held when a member was removed comes back to the pool in its time.
#[actix_web::test]
async fn a_removed_member_leaves_nothing_held() {
    let server = Server::start().await;
    let acme = server.organization("Acme").await;
    let credits = format!("{}/credits", base(&acme));
    let body = json!({"amount": 100, "ttl": 60});
    acme.member.keyed(&server, &format!("{credits}/reservations"), "1", body).await.expect(201);
    let path = format!("{}/members/{}", base(&acme), acme.members[2]);
    acme.owner.call(&server, "DELETE", &path, None).await.expect(204);
    assert_eq!(acme.owner.get(&server, &credits).await.expect(200)["balance"], 870);
    server.outside.clock.advance(Duration::seconds(61));
    assert_eq!(acme.owner.get(&server, &credits).await.expect(200)["balance"], 970);
}
