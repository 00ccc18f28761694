use std::sync::{Arc, Mutex};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::load::{Measured, load};

diesel::table! {
    usual_pools (id) { id -> BigInt, balance -> BigInt, }
}
diesel::table! {
    usual_quotas (pool, member) {
        pool -> BigInt, member -> BigInt, day_used -> BigInt, day_limit -> BigInt,
        month_used -> BigInt, month_limit -> BigInt,
    }
}
diesel::table! {
    usual_ledger (id) { id -> BigInt, pool -> BigInt, member -> BigInt, amount -> BigInt, key -> Text, }
}

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
    DROP TABLE IF EXISTS usual_pools; DROP TABLE IF EXISTS usual_quotas; DROP TABLE IF EXISTS usual_ledger;
    CREATE TABLE usual_pools (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0)) STRICT;
    CREATE TABLE usual_quotas (pool INTEGER, member INTEGER, day_used INTEGER NOT NULL, day_limit INTEGER NOT NULL,
        month_used INTEGER NOT NULL, month_limit INTEGER NOT NULL, PRIMARY KEY (pool, member)) STRICT, WITHOUT ROWID;
    CREATE TABLE usual_ledger (id INTEGER PRIMARY KEY, pool INTEGER NOT NULL, member INTEGER NOT NULL,
        amount INTEGER NOT NULL, key TEXT NOT NULL, UNIQUE (pool, member, key)) STRICT;";

/// A transaction a spend, through the one connection that writes.
pub async fn measure(path: &str, clients: usize, pools: usize, lasts: Duration) -> Measured {
    let mut connection = SqliteConnection::establish(path).unwrap();
    connection.batch_execute(SCHEMA).unwrap();
    let most = 1_i64 << 52;
    let fill = format!(
        "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {last})
        INSERT INTO usual_pools SELECT n, {most} FROM n;
        WITH RECURSIVE m (m) AS (SELECT 0 UNION ALL SELECT m + 1 FROM m WHERE m < 19)
        INSERT INTO usual_quotas SELECT id, m, 0, {most}, 0, {most} FROM usual_pools, m;",
        last = pools - 1,
    );
    connection.batch_execute(&fill).unwrap();
    let connection = Arc::new(Mutex::new(connection));
    load(clients, lasts, move |client, number| {
        let connection = Arc::clone(&connection);
        async move {
            let pool = ((client.wrapping_mul(7_919) + number as usize * 104_729) % pools) as i64;
            let (member, key) = (client as i64 % 20, format!("{client}-{number}"));
            let spent = tokio::task::spawn_blocking(move || spend(&mut connection.lock().unwrap(), pool, member, &key));
            spent.await.unwrap().unwrap();
        }
    })
    .await
}

fn spend(connection: &mut SqliteConnection, of: i64, by: i64, once: &str) -> QueryResult<()> {
    connection.immediate_transaction(|connection| {
        use usual_pools::dsl as pools;
        use usual_quotas::dsl as quotas;
        let before = usual_ledger::table
            .filter(usual_ledger::pool.eq(of).and(usual_ledger::member.eq(by)).and(usual_ledger::key.eq(once)))
            .select(usual_ledger::id);
        if before.first::<i64>(connection).optional()?.is_some() {
            return Ok(());
        }
        let pool = pools::usual_pools.filter(pools::id.eq(of).and(pools::balance.ge(1)));
        let changed = diesel::update(pool).set(pools::balance.eq(pools::balance - 1)).execute(connection)?;
        let quota = quotas::usual_quotas.filter(quotas::pool.eq(of).and(quotas::member.eq(by)));
        let within =
            quota.filter(quotas::day_used.lt(quotas::day_limit).and(quotas::month_used.lt(quotas::month_limit)));
        let counts = (quotas::day_used.eq(quotas::day_used + 1), quotas::month_used.eq(quotas::month_used + 1));
        let counted = diesel::update(within).set(counts).execute(connection)?;
        if (changed, counted) != (1, 1) {
            return Err(diesel::result::Error::RollbackTransaction);
        }
        let entry = (
            usual_ledger::pool.eq(of),
            usual_ledger::member.eq(by),
            usual_ledger::amount.eq(1),
            usual_ledger::key.eq(once),
        );
        diesel::insert_into(usual_ledger::table).values(entry).execute(connection)?;
        Ok(())
    })
}
