//! What PostgreSQL would do with a statement, row-level security included.

use tokio_postgres::{Client, SimpleQueryMessage};

/// The scopes that a transaction may state.
pub const INSIDE: &str = "app.organization_id";
pub const ON_ACCOUNT: &str = "app.user_id";
pub const OPERATOR: &str = "app.platform";

/// The id that scopes and `$1` stand for: of an organization and of a user.
pub const ID: &str = "00000000-0000-7000-8000-000000000001";

/// The plan of a prepared statement for whatever value of `$1`, as the
/// service's role in the scope of `setting`.
pub async fn plan(client: &Client, setting: &str, statement: &str) -> String {
    let value = if setting == OPERATOR { "on" } else { ID };
    let prepare = format!(
        "DEALLOCATE ALL; RESET app.organization_id; RESET app.user_id; RESET app.platform; \
         SET ROLE guildhall_app; SET plan_cache_mode = force_generic_plan; SET {setting} = '{value}'; \
         PREPARE statement (uuid) AS {statement}"
    );
    client.batch_execute(&prepare).await.unwrap();
    let messages = client.simple_query(&format!("EXPLAIN (COSTS OFF) EXECUTE statement ('{ID}')")).await.unwrap();
    let lines = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Checks that a statement reads a range of an index, in the index's order.
pub async fn is_a_range(client: &Client, setting: &str, index: &str, statement: &str) -> String {
    let plan = plan(client, setting, statement).await;
    assert!(!plan.contains("Sort") && !plan.contains("Seq Scan"), "{statement}: {plan}");
    assert!(
        plan.contains(&format!("Scan using {index} ")) || plan.contains(&format!("Backward using {index} ")),
        "{index}: {plan}"
    );
    plan
}
