//! A mail server for tests, on loopback: enough of RFC 5321 for one client at a
//! time or many. It records what it gets, and misbehaves on request.
//!
//! Included by `#[path]`; it needs nothing but tokio.
#![allow(dead_code, reason = "no test uses all of it")]

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// How the server answers. It can be changed at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes every mail.
    Accept,
    /// Answers 550 to this recipient and takes all others.
    RefuseRecipient(String),
    /// Answers 451 to every sender.
    TryLater,
    /// Answers 554 to the content of every mail, and quotes it.
    RefuseContent,
    /// Takes connections and says nothing.
    Silent,
    /// Takes every mail, and answers this much later.
    Slow(Duration),
    /// Takes every mail and hangs up in place of an answer.
    HangUpAfterData,
}

/// A mail as the server got it.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body, with CRLF.
    pub data: String,
    /// Whether it came over TLS.
    pub secured: bool,
    /// Whether the server said that it has it.
    pub answered: bool,
}

impl ReceivedMail {
    /// A header's value, unfolded but not decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The link in the text, where the mail has only ASCII and so is not encoded.
    pub fn link(&self) -> Option<&str> {
        self.data.lines().find(|line| line.starts_with("http"))
    }
}

/// Something to talk over.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

type Handshake = Pin<Box<dyn Future<Output = io::Result<Box<dyn Duplex>>> + Send>>;
/// Makes a connection a secured one.
pub type Upgrade = Arc<dyn Fn(Box<dyn Duplex>) -> Handshake + Send + Sync>;

/// Whether the server speaks TLS.
#[derive(Clone, Default)]
pub enum Security {
    #[default]
    None,
    StartTls(Upgrade),
    Tls(Upgrade),
}

/// What is fixed from the start.
#[derive(Clone, Default)]
pub struct Setup {
    pub security: Security,
    /// The argument of `AUTH PLAIN` without which no mail is taken.
    pub login: Option<String>,
}

/// A running server. It ends, with all its connections, when it is dropped.
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    setup: Setup,
    behaviour: Mutex<Behaviour>,
    mails: Mutex<Vec<ReceivedMail>>,
    commands: Mutex<Vec<String>>,
    connections: Mutex<usize>,
    arrived: Notify,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SmtpServer {
    /// Starts on a free port.
    pub async fn start() -> Self {
        Self::start_with(0, Setup::default()).await
    }

    /// Starts on a port, such as that of a server which was stopped; 0 is any free one.
    pub async fn start_with(port: u16, setup: Setup) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            setup,
            behaviour: Mutex::new(Behaviour::Accept),
            mails: Mutex::default(),
            commands: Mutex::default(),
            connections: Mutex::default(),
            arrived: Notify::new(),
        });
        let task = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Self { address, shared, task }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.shared.behaviour) = behaviour;
    }

    /// All mails so far, answered or not.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        lock(&self.shared.mails).clone()
    }

    /// All that clients said so far, line by line, without the mails.
    pub fn commands(&self) -> Vec<String> {
        lock(&self.shared.commands).clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        *lock(&self.shared.connections)
    }

    /// Waits until there are so many mails.
    ///
    /// # Panics
    /// Where there are not within `limit`.
    pub async fn wait_for(&self, count: usize, limit: Duration) -> Vec<ReceivedMail> {
        let waited = timeout(limit, async {
            loop {
                let arrived = self.shared.arrived.notified();
                let mails = self.mails();
                if mails.len() >= count {
                    return mails;
                }
                arrived.await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{} of {count} mails within {limit:?}", self.mails().len()))
    }

    /// Ends it and every connection.
    pub async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Ends its tasks when it is dropped.
    let mut clients = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        *lock(&shared.connections) += 1;
        let shared = Arc::clone(&shared);
        clients.spawn(async move {
            // A client that hangs up is no news.
            let _ = Dialogue::run(Box::new(stream), shared).await;
        });
        while clients.try_join_next().is_some() {}
    }
}

/// One connection.
struct Dialogue {
    stream: BufReader<Box<dyn Duplex>>,
    shared: Arc<Shared>,
    secured: bool,
    logged_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Dialogue {
    async fn run(mut stream: Box<dyn Duplex>, shared: Arc<Shared>) -> io::Result<()> {
        if *lock(&shared.behaviour) == Behaviour::Silent {
            std::future::pending::<()>().await;
        }
        let mut secured = false;
        if let Security::Tls(upgrade) = &shared.setup.security {
            stream = upgrade(stream).await?;
            secured = true;
        }
        let stream = BufReader::new(stream);
        let mut dialogue = Self { stream, shared, secured, logged_in: false, from: None, to: Vec::new() };
        dialogue.say("220 mail.test ESMTP").await?;
        while let Some(line) = dialogue.line().await? {
            lock(&dialogue.shared.commands).push(line.clone());
            if line.eq_ignore_ascii_case("STARTTLS") {
                dialogue = dialogue.start_tls().await?;
            } else if !dialogue.answer(&line).await? {
                break;
            }
        }
        Ok(())
    }

    fn behaviour(&self) -> Behaviour {
        lock(&self.shared.behaviour).clone()
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = self.stream.read_until(b'\n', &mut line).await?;
        Ok((read > 0).then(|| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()))
    }

    async fn start_tls(mut self) -> io::Result<Self> {
        let Security::StartTls(upgrade) = self.shared.setup.security.clone() else {
            self.say("502 5.5.1 not here").await?;
            return Ok(self);
        };
        self.say("220 2.0.0 go ahead").await?;
        // What a client sent before the handshake is thrown away (CVE-2011-0411).
        let stream = upgrade(self.stream.into_inner()).await?;
        Ok(Self { stream: BufReader::new(stream), secured: true, logged_in: false, from: None, to: Vec::new(), ..self })
    }

    /// Answers one command; false at the end of the dialogue.
    async fn answer(&mut self, line: &str) -> io::Result<bool> {
        let behaviour = self.behaviour();
        let upper = line.to_ascii_uppercase();
        let command = upper.split([' ', ':']).next().unwrap_or_default();
        match command {
            "EHLO" => {
                let mut lines = vec!["mail.test", "8BITMIME"];
                if matches!(self.shared.setup.security, Security::StartTls(_)) && !self.secured {
                    lines.push("STARTTLS");
                }
                if self.shared.setup.login.is_some() {
                    lines.push("AUTH PLAIN");
                }
                let last = lines.len() - 1;
                let lines: Vec<String> = lines
                    .iter()
                    .enumerate()
                    .map(|(i, line)| format!("250{}{line}", if i == last { ' ' } else { '-' }))
                    .collect();
                self.say(&lines.join("\r\n")).await?;
            }
            "HELO" | "NOOP" => self.say("250 2.0.0 ok").await?,
            "RSET" => {
                self.from = None;
                self.to.clear();
                self.say("250 2.0.0 ok").await?;
            }
            "AUTH" => {
                let wanted = self.shared.setup.login.as_ref().map(|login| format!("AUTH PLAIN {login}"));
                self.logged_in = wanted.as_deref() == Some(line);
                let answer = if self.logged_in { "235 2.7.0 welcome" } else { "535 5.7.8 wrong password" };
                self.say(answer).await?;
            }
            "MAIL" if self.shared.setup.login.is_some() && !self.logged_in => {
                self.say("530 5.7.0 log in first").await?;
            }
            "MAIL" if behaviour == Behaviour::TryLater => self.say("451 4.7.1 greylisted, try later").await?,
            "MAIL" => {
                self.from = address(line);
                self.to.clear();
                self.say("250 2.1.0 ok").await?;
            }
            "RCPT" if self.from.is_none() => self.say("503 5.5.1 MAIL first").await?,
            "RCPT" => match address(line) {
                Some(to) if behaviour == Behaviour::RefuseRecipient(to.clone()) => {
                    self.say("550 5.1.1 no such mailbox").await?;
                }
                Some(to) => {
                    self.to.push(to);
                    self.say("250 2.1.5 ok").await?;
                }
                None => self.say("501 5.1.3 no address").await?,
            },
            "DATA" if self.to.is_empty() => self.say("503 5.5.1 RCPT first").await?,
            "DATA" => return self.take_mail(behaviour).await,
            "QUIT" => {
                self.say("221 2.0.0 bye").await?;
                return Ok(false);
            }
            _ => self.say("500 5.5.2 what?").await?,
        }
        Ok(true)
    }

    async fn take_mail(&mut self, behaviour: Behaviour) -> io::Result<bool> {
        self.say("354 end with a dot").await?;
        let mut data = String::new();
        loop {
            let Some(line) = self.line().await? else { return Ok(false) };
            if line == "." {
                break;
            }
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
            data.push_str("\r\n");
        }
        if behaviour == Behaviour::RefuseContent {
            let quoted: Vec<String> = data.lines().map(|line| format!("554-5.7.1 spam: {line}")).collect();
            self.say(&format!("{}\r\n554 5.7.1 spam", quoted.join("\r\n"))).await?;
            return Ok(true);
        }
        let answered = !matches!(behaviour, Behaviour::HangUpAfterData);
        let (from, to) = (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to));
        lock(&self.shared.mails).push(ReceivedMail { from, to, data, secured: self.secured, answered });
        self.shared.arrived.notify_waiters();
        if !answered {
            return Ok(false);
        }
        if let Behaviour::Slow(delay) = behaviour {
            sleep(delay).await;
        }
        self.say("250 2.0.0 got it").await?;
        Ok(true)
    }
}

/// What stands between the angle brackets.
fn address(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('<')?;
    rest.split_once('>').map(|(address, _)| address.to_owned())
}
