//! A PostgreSQL database for each test, copied from a migrated template.
//!
//! The cluster is somebody else's: `tests/with-postgres.sh` starts one and
//! names it in `GUILDHALL_TEST_POSTGRES_URL`.

use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::path::Path;

use tokio_postgres::{Client, NoTls};

/// The variable that names the cluster.
pub const URL_VARIABLE: &str = "GUILDHALL_TEST_POSTGRES_URL";

/// Holds off others who would make the same template: "testkit" in ASCII.
const TEMPLATE_LOCK: i64 = 0x0074_6573_746b_6974;

/// A database of its own, dropped with the value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    /// Makes a database with the schema that `migrate` makes. Only the first
    /// test of a cluster really migrates; the others get a copy of its work.
    ///
    /// # Panics
    /// Where there is no cluster, or something fails.
    pub async fn create(migrate: impl AsyncFnOnce(&str)) -> Self {
        let admin = connect(&cluster_url()).await;
        let template = template(&admin, migrate).await;
        Self::make(&admin, Some(&template)).await
    }

    /// Makes a database without anything in it.
    ///
    /// # Panics
    /// Where there is no cluster, or something fails.
    pub async fn empty() -> Self {
        Self::make(&connect(&cluster_url()).await, None).await
    }

    async fn make(admin: &Client, template: Option<&str>) -> Self {
        let name = format!("guildhall_test_{:016x}", RandomState::new().build_hasher().finish());
        let source = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
        execute(admin, &format!("CREATE DATABASE {name}{source}")).await;
        let url = url_of(&cluster_url(), &name);
        Self { name, url }
    }

    /// The database's URL, as the role that owns it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A plain connection as the role that owns the database.
    ///
    /// # Panics
    /// Where the cluster is gone.
    pub async fn client(&self) -> Client {
        connect(&self.url).await
    }

    /// Cuts every connection to the database, and comes back when they are gone.
    ///
    /// Only clients': a worker of autovacuum that is in the database by chance
    /// is a superuser's, and not ours to end.
    ///
    /// # Panics
    /// Where the cluster is gone.
    pub async fn cut_connections(&self) {
        let cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
            WHERE datname = $1 AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
        let ended = connect(&cluster_url()).await.query(cut, &[&self.name]).await;
        ended.unwrap_or_else(|error| panic!("{cut}: {error}"));
    }

    /// Makes the database one that is away: nobody gets in, and who was in is out.
    ///
    /// # Panics
    /// Where the cluster is gone.
    pub async fn take_away(&self) {
        self.let_in(false).await;
        self.cut_connections().await;
    }

    /// Ends what [`Self::take_away`] began.
    ///
    /// # Panics
    /// Where the cluster is gone.
    pub async fn bring_back(&self) {
        self.let_in(true).await;
    }

    async fn let_in(&self, allowed: bool) {
        let admin = connect(&cluster_url()).await;
        execute(&admin, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS {allowed}", self.name)).await;
    }
}

impl Drop for TestDatabase {
    /// At best: a test that failed must not fail once more here.
    fn drop(&mut self) {
        let drop_database = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    if let Ok((client, driver)) = tokio_postgres::connect(&cluster_url(), NoTls).await {
                        tokio::spawn(driver);
                        let _ = client.batch_execute(&drop_database).await;
                    }
                });
            }
        });
        let _ = dropping.join();
    }
}

/// The migrated template's name; makes it where this cluster has none for
/// today's migrations.
async fn template(admin: &Client, migrate: impl AsyncFnOnce(&str)) -> String {
    let name = format!("guildhall_template_{:016x}", fingerprint());
    let unfinished = format!("{name}_unfinished");
    execute(admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let known = admin.query("SELECT FROM pg_database WHERE datname = $1", &[&name]).await;
    if known.expect("the cluster lists its databases").is_empty() {
        execute(admin, &format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
        execute(admin, &format!("CREATE DATABASE {unfinished}")).await;
        migrate(&url_of(&cluster_url(), &unfinished)).await;
        // Only a migration that went through gets the name that others look for.
        execute(admin, &format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
    }
    execute(admin, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
    name
}

/// Stands for the migrations as they are now, so that a cluster that is kept
/// does not give yesterday's schema.
fn fingerprint() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let mut migrations: Vec<_> = std::fs::read_dir(folder)
        .expect("the migrations are there")
        .map(|entry| entry.expect("the migrations can be listed").path().join("up.sql"))
        .collect();
    migrations.sort();
    let mut hasher = DefaultHasher::new();
    for migration in migrations {
        std::fs::read(migration).expect("a migration can be read").hash(&mut hasher);
    }
    hasher.finish()
}

fn cluster_url() -> String {
    std::env::var(URL_VARIABLE)
        .unwrap_or_else(|_| panic!("there is no PostgreSQL to test with: run the tests with `make test`"))
}

/// The URL of another database of the same cluster.
fn url_of(cluster: &str, database: &str) -> String {
    let (address, parameters) = cluster.split_once('?').unwrap_or((cluster, ""));
    let (server, _) = address.rsplit_once('/').expect("the URL of the cluster names a database");
    if parameters.is_empty() { format!("{server}/{database}") } else { format!("{server}/{database}?{parameters}") }
}

async fn connect(url: &str) -> Client {
    let (client, driver) = tokio_postgres::connect(url, NoTls).await.expect("the test cluster answers");
    tokio::spawn(driver);
    client
}

async fn execute(client: &Client, statement: &str) {
    client.batch_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

#[cfg(test)]
mod tests {
    use super::url_of;

    #[test]
    fn another_database_of_the_same_cluster() {
        assert_eq!(url_of("postgres://u:p@h:1/a", "b"), "postgres://u:p@h:1/b");
        assert_eq!(url_of("postgres://u:p@h:1/a?sslmode=disable", "b"), "postgres://u:p@h:1/b?sslmode=disable");
    }
}
