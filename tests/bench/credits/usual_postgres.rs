use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio_postgres::{Client, NoTls, Statement};

use crate::load::{Measured, load};

/// As many connections as services of this kind have for one database.
const CONNECTIONS: usize = 32;

/// Tables of its own, with the same promises: a pool that is never below zero,
/// a quota for the day and for the month, a ledger, a key that is used once.
const SCHEMA: &str = "
    DROP TABLE IF EXISTS usual_pools, usual_quotas, usual_ledger;
    CREATE TABLE usual_pools (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0)) WITH (fillfactor = 50);
    CREATE TABLE usual_quotas (pool bigint, member bigint, day_used bigint NOT NULL, day_limit bigint NOT NULL,
        month_used bigint NOT NULL, month_limit bigint NOT NULL, PRIMARY KEY (pool, member)) WITH (fillfactor = 50);
    CREATE TABLE usual_ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pool bigint NOT NULL,
        member bigint NOT NULL, amount bigint NOT NULL, key text NOT NULL, balance bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (pool, member, key));";

const SPEND: &str = "
    WITH pool AS (
        UPDATE usual_pools SET balance = balance - $3 WHERE id = $1 AND balance >= $3 RETURNING balance
    ), quota AS (
        UPDATE usual_quotas SET day_used = day_used + $3, month_used = month_used + $3
        WHERE pool = $1 AND member = $2 AND day_used + $3 <= day_limit AND month_used + $3 <= month_limit
            AND EXISTS (SELECT FROM pool)
        RETURNING member
    )
    INSERT INTO usual_ledger (pool, member, amount, key, balance)
    SELECT $1, $2, $3, $4, pool.balance FROM pool, quota RETURNING balance";

pub async fn measure(url: &str, design: Design, clients: usize, pools: usize, lasts: Duration) -> Measured {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(SCHEMA).await.unwrap();
    let fill = format!(
        "INSERT INTO usual_pools SELECT n, {most} FROM generate_series(0, {last}) n;
        INSERT INTO usual_quotas SELECT n, m, 0, {most}, 0, {most}
        FROM generate_series(0, {last}) n, generate_series(0, 19) m;
        ANALYZE usual_pools, usual_quotas;",
        most = 1_i64 << 52,
        last = pools - 1,
    );
    client.batch_execute(&fill).await.unwrap();
    let (give, take) = mpsc::channel::<Connection>(CONNECTIONS);
    for _ in 0..CONNECTIONS.min(clients) {
        give.send(Connection::open(url).await).await.ok().unwrap();
    }
    let take = Arc::new(Mutex::new(take));
    load(clients, lasts, move |client, number| {
        let (give, take) = (give.clone(), Arc::clone(&take));
        async move {
            let mut connection = take.lock().await.recv().await.unwrap();
            let pool = ((client.wrapping_mul(7_919) + number as usize * 104_729) % pools) as i64;
            let (member, key) = (client as i64 % 20, format!("{client}-{number}"));
            match design {
                Design::Transaction => connection.spend(pool, member, &key).await,
                Design::Statement => connection.spend_at_once(pool, member, &key).await,
            }
            give.send(connection).await.ok().unwrap();
        }
    })
    .await
}

/// How one spend is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// A transaction of several statements, the first of which locks the pool's row: what is mostly written.
    Transaction,
    /// One statement that does it all: the best form of it.
    Statement,
}

struct Connection {
    client: Client,
    at_once: Statement,
    lock: Statement,
    before: Statement,
    quota: Statement,
    take: Statement,
    count: Statement,
    enter: Statement,
}

impl Connection {
    async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        Self {
            at_once: client.prepare(SPEND).await.unwrap(),
            lock: client.prepare("SELECT balance FROM usual_pools WHERE id = $1 FOR UPDATE").await.unwrap(),
            before: client
                .prepare("SELECT balance FROM usual_ledger WHERE pool = $1 AND member = $2 AND key = $3")
                .await
                .unwrap(),
            quota: client
                .prepare(
                    "SELECT day_used, day_limit, month_used, month_limit FROM usual_quotas
                    WHERE pool = $1 AND member = $2",
                )
                .await
                .unwrap(),
            take: client.prepare("UPDATE usual_pools SET balance = $2 WHERE id = $1").await.unwrap(),
            count: client
                .prepare(
                    "UPDATE usual_quotas SET day_used = day_used + $3, month_used = month_used + $3
                    WHERE pool = $1 AND member = $2",
                )
                .await
                .unwrap(),
            enter: client
                .prepare("INSERT INTO usual_ledger (pool, member, amount, key, balance) VALUES ($1, $2, $3, $4, $5)")
                .await
                .unwrap(),
            client,
        }
    }

    async fn spend(&mut self, pool: i64, member: i64, key: &str) {
        let transaction = self.client.transaction().await.unwrap();
        let balance: i64 = transaction.query_one(&self.lock, &[&pool]).await.unwrap().get(0);
        let before = transaction.query_opt(&self.before, &[&pool, &member, &key]).await.unwrap();
        let quota = transaction.query_one(&self.quota, &[&pool, &member]).await.unwrap();
        let within = |used: usize, limit: usize| quota.get::<_, i64>(used) < quota.get::<_, i64>(limit);
        assert!(before.is_none() && balance >= 1 && within(0, 1) && within(2, 3));
        transaction.execute(&self.take, &[&pool, &(balance - 1)]).await.unwrap();
        transaction.execute(&self.count, &[&pool, &member, &1_i64]).await.unwrap();
        transaction.execute(&self.enter, &[&pool, &member, &1_i64, &key, &(balance - 1)]).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn spend_at_once(&mut self, pool: i64, member: i64, key: &str) {
        self.client.query_one(&self.at_once, &[&pool, &member, &1_i64, &key]).await.unwrap();
    }
}
