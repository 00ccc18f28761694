use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::Client;
use crate::database::Database;
use crate::mailbox::Mailbox;

/// A running server on a free port, killed when the test ends.
pub struct Server {
    child: Child,
    base: String,
    database: Database,
    environment: Vec<(String, String)>,
    mailbox: Mailbox,
}

impl Server {
    /// Starts with a built-in blueprint.
    pub async fn start_as(database: Database, blueprint: &str) -> Self {
        Self::start_with(database, &[("GUILDHALL_BLUEPRINT", blueprint)]).await
    }

    /// Starts with more environment, such as `("GUILDHALL_SESSION__IDLE_SECONDS", "120")`.
    pub async fn start_with(database: Database, environment: &[(&str, &str)]) -> Self {
        let mailbox = Mailbox::new();
        let mut environment: Vec<_> = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        environment.push(("GUILDHALL_MAIL__DIRECTORY".to_owned(), mailbox.directory()));
        let (child, base) = spawn(&database, &environment).await;
        Self { child, base, database, environment, mailbox }
    }

    /// A second process on the same database.
    pub async fn another(&self) -> (Child, Client) {
        let (child, base) = spawn(&self.database, &self.environment).await;
        (child, Client::new(&base))
    }

    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What the server has sent, where it sends into files.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    pub fn process_id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// `kill -9`, as a power cut would.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM, as an orchestrator would; gives the exit status.
    pub async fn terminate(&mut self) -> ExitStatus {
        signal(self.process_id(), "TERM");
        tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await.unwrap().unwrap()
    }

    /// Starts again on the same database, on another port.
    pub async fn restart(&mut self) {
        let (child, base) = spawn(&self.database, &self.environment).await;
        self.child = child;
        self.base = base;
    }

    /// Runs another command of the binary on the same database.
    pub async fn command(&self, arguments: &[&str]) -> Output {
        guildhall(arguments).env("GUILDHALL_DATABASE_URL", self.database.url()).output().await.unwrap()
    }
}

/// What several servers on one PostgreSQL share.
pub const SECRET_KEY: &str = "for tests only: forty characters or more of it";

/// The binary, in the cheapest configuration for tests and with no other.
pub fn guildhall(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command
        .args(arguments)
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| !name.starts_with("GUILDHALL_")))
        .env("GUILDHALL_PASSWORD__MEMORY_KIB", "8")
        .env("GUILDHALL_PASSWORD__ITERATIONS", "1")
        .env("GUILDHALL_PASSWORD__QUEUE", "1000")
        .env("GUILDHALL_THROTTLE__ACCOUNT_BURST", "100000")
        .env("GUILDHALL_THROTTLE__ADDRESS_BURST", "100000")
        .env("GUILDHALL_THROTTLE__MAIL_BURST", "100000")
        .env("GUILDHALL_THROTTLE__RECIPIENT_BURST", "100000")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

pub fn signal(process: u32, name: &str) {
    let status = std::process::Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
    assert!(status.unwrap().success());
}

async fn spawn(database: &Database, environment: &[(String, String)]) -> (Child, String) {
    let mut command = guildhall(&["serve", "--listen", "127.0.0.1:0"]);
    if database.sqlite_file().is_none() {
        command.env("GUILDHALL_SECRET_KEY", SECRET_KEY);
    }
    let mut child = command
        .env("GUILDHALL_DATABASE_URL", database.url())
        .env("GUILDHALL_LOG__LEVEL", "warn")
        .envs(environment.iter().cloned())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(url) = line.split_whitespace().find(|word| word.starts_with("http://")) {
                return url.trim_end_matches('/').to_owned();
            }
        }
        panic!("the server ended before it said where it listens");
    };
    let base = tokio::time::timeout(Duration::from_secs(30), ready).await.expect("the server is not ready in time");
    // Whoever closes the pipe would stop a server that prints more.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, base)
}
