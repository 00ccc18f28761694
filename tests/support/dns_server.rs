//! A name server for tests, on loopback, over UDP and TCP: text records and
//! aliases that can be set while it runs, and several ways to fail. It writes
//! its answers by hand (RFC 1035, 4), so that no library is tested with itself.
//!
//! Included by `#[path]`; it needs nothing but tokio.
#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::{JoinHandle, JoinSet};

/// How the server answers. It can be changed at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// By its records; a name without any does not exist.
    Answer,
    /// NXDOMAIN, to everything.
    NoSuchName,
    /// SERVFAIL, to everything.
    Failure,
    /// REFUSED, to everything.
    Refusal,
    /// Takes questions and says nothing.
    Silence,
    /// Every name is an alias of another, in a circle of two.
    AliasCircle,
    /// Every name is an alias of a longer one, without end.
    EndlessAliases,
    /// Names another server in place of an answer.
    Referral,
    /// Bytes that are no answer.
    Garbage,
}

/// What a name stands for.
#[derive(Debug, Clone)]
enum Entry {
    /// Text records, each of character-strings of up to 255 bytes.
    Texts(Vec<Vec<Vec<u8>>>),
    /// Another name.
    Alias(String),
}

/// A question as the server got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// In lower case, without the last dot.
    pub name: String,
    /// 16 for text records.
    pub kind: u16,
    pub over_tcp: bool,
}

/// A running name server. It ends when it is dropped.
pub struct DnsServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 2],
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    entries: Mutex<HashMap<String, Entry>>,
    questions: Mutex<Vec<Question>>,
    /// Whether an alias comes with the records that it leads to.
    whole_way: Mutex<bool>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const TXT: u16 = 16;
const CNAME: u16 = 5;
const NS: u16 = 2;
/// The longest answer over UDP; a longer one is cut off.
const MAX_UDP: usize = 1_232;

impl DnsServer {
    /// Starts on a free port, without records.
    pub async fn start() -> Self {
        let (udp, tcp) = Self::bind().await;
        let address = udp.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(Behaviour::Answer),
            entries: Mutex::default(),
            questions: Mutex::default(),
            whole_way: Mutex::new(true),
        });
        let tasks =
            [tokio::spawn(serve_udp(udp, Arc::clone(&shared))), tokio::spawn(serve_tcp(tcp, Arc::clone(&shared)))];
        Self { address, shared, tasks }
    }

    /// One port for both.
    async fn bind() -> (UdpSocket, TcpListener) {
        for _ in 0..100 {
            let udp = UdpSocket::bind(("127.0.0.1", 0)).await.expect("a port on loopback");
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().expect("an address")).await {
                return (udp, tcp);
            }
        }
        panic!("no port that is free for UDP and TCP");
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.shared.behaviour) = behaviour;
    }

    /// Sets the text records of a name; with none it exists without any.
    pub fn set_texts(&self, name: &str, texts: &[&str]) {
        let records = texts.iter().map(|text| match text.as_bytes() {
            [] => vec![Vec::new()],
            bytes => bytes.chunks(255).map(<[u8]>::to_vec).collect(),
        });
        self.set(name, Entry::Texts(records.collect()));
    }

    /// Sets one text record of a name, by its character-strings.
    pub fn set_strings(&self, name: &str, strings: &[&[u8]]) {
        self.set(name, Entry::Texts(vec![strings.iter().map(|string| string.to_vec()).collect()]));
    }

    pub fn set_alias(&self, name: &str, target: &str) {
        self.set(name, Entry::Alias(plain(target)));
    }

    pub fn remove(&self, name: &str) {
        lock(&self.shared.entries).remove(&plain(name));
    }

    /// Whether an alias comes with what it leads to, as from a server that
    /// resolves for others. It does at first.
    pub fn send_the_whole_way(&self, whole_way: bool) {
        *lock(&self.shared.whole_way) = whole_way;
    }

    /// All questions so far.
    pub fn questions(&self) -> Vec<Question> {
        lock(&self.shared.questions).clone()
    }

    fn set(&self, name: &str, entry: Entry) {
        lock(&self.shared.entries).insert(plain(name), entry);
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

async fn serve_udp(socket: UdpSocket, shared: Arc<Shared>) {
    let mut buffer = [0; 4_096];
    loop {
        // An error is about an answer that nobody waited for.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
        if let Some(answer) = shared.answer(&buffer[..length], false) {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

async fn serve_tcp(listener: TcpListener, shared: Arc<Shared>) {
    // Ends its tasks when it is dropped.
    let mut clients = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        clients.spawn(async move {
            // A client that hangs up is no news.
            let _ = converse(stream, &shared).await;
        });
        while clients.try_join_next().is_some() {}
    }
}

async fn converse(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    loop {
        let length = stream.read_u16().await?;
        let mut question = vec![0; usize::from(length)];
        stream.read_exact(&mut question).await?;
        if let Some(answer) = shared.answer(&question, true) {
            let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
            stream.write_all(&[&length.to_be_bytes(), &answer[..]].concat()).await?;
        }
    }
}

impl Shared {
    /// The answer to a message; none where there is none to give.
    fn answer(&self, message: &[u8], over_tcp: bool) -> Option<Vec<u8>> {
        let (name, end) = read_name(message, 12)?;
        let kind = u16::from_be_bytes(message.get(end..end + 2)?.try_into().ok()?);
        let asked = message.get(12..end + 4)?;
        lock(&self.questions).push(Question { name: name.clone(), kind, over_tcp });

        let mut answers = Vec::new();
        let mut authorities = Vec::new();
        let behaviour = *lock(&self.behaviour);
        let code = match behaviour {
            Behaviour::Silence => return None,
            Behaviour::Garbage => return Some([&message[..2], &[0xFF; 40]].concat()),
            Behaviour::Failure => 2,
            Behaviour::NoSuchName => 3,
            Behaviour::Refusal => 5,
            Behaviour::AliasCircle => {
                let other = name.strip_prefix("back.").map_or_else(|| format!("back.{name}"), str::to_owned);
                answers.push(record(&name, CNAME, &write_name(&other)));
                0
            }
            Behaviour::EndlessAliases => {
                answers.push(record(&name, CNAME, &write_name(&format!("a.{name}"))));
                0
            }
            Behaviour::Referral => {
                authorities.push(record(&name, NS, &write_name("ns.elsewhere.example")));
                0
            }
            Behaviour::Answer => self.look_up(name, kind, &mut answers),
        };

        let counts = [1, answers.len(), authorities.len(), 0].map(|count| u16::try_from(count).unwrap_or(u16::MAX));
        let body = [answers.concat(), authorities.concat()].concat();
        let cut_off = !over_tcp && 12 + asked.len() + body.len() > MAX_UDP;
        // An answer (QR) to a recursive question (RD) by a server that resolves for others (RA).
        let flags: u16 = 0x8180 | code | if cut_off { 0x0200 } else { 0 };
        let mut answer = message[..2].to_vec();
        answer.extend_from_slice(&flags.to_be_bytes());
        for count in if cut_off { [1, 0, 0, 0] } else { counts } {
            answer.extend_from_slice(&count.to_be_bytes());
        }
        answer.extend_from_slice(asked);
        if !cut_off {
            answer.extend_from_slice(&body);
        }
        Some(answer)
    }

    /// Collects the records of a name, and gives the code of the answer.
    fn look_up(&self, mut name: String, kind: u16, answers: &mut Vec<Vec<u8>>) -> u16 {
        let entries = lock(&self.entries);
        // Long enough for every chain in the tests; a circle ends too.
        for _ in 0..20 {
            match entries.get(&name) {
                None => return 3,
                Some(Entry::Texts(texts)) => {
                    if kind == TXT {
                        answers.extend(texts.iter().map(|strings| record(&name, TXT, &write_strings(strings))));
                    }
                    return 0;
                }
                Some(Entry::Alias(target)) => {
                    answers.push(record(&name, CNAME, &write_name(target)));
                    if kind == CNAME || !*lock(&self.whole_way) {
                        return 0;
                    }
                    name.clone_from(target);
                }
            }
        }
        0
    }
}

/// A name from a message, in lower case, and where it ends.
fn read_name(message: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        match length {
            0 => return Some((labels.join("."), at)),
            1..64 => {
                labels.push(String::from_utf8_lossy(message.get(at..at + length)?).to_ascii_lowercase());
                at += length;
            }
            _ => return None,
        }
    }
}

fn write_name(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).expect("a label of up to 63 bytes"));
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

fn write_strings(strings: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for string in strings {
        bytes.push(u8::try_from(string.len()).expect("a string of up to 255 bytes"));
        bytes.extend_from_slice(string);
    }
    bytes
}

/// A record of class IN that may be kept for an hour.
fn record(name: &str, kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = write_name(name);
    bytes.extend_from_slice(&kind.to_be_bytes());
    bytes.extend_from_slice(&1_u16.to_be_bytes());
    bytes.extend_from_slice(&3_600_u32.to_be_bytes());
    bytes.extend_from_slice(&u16::try_from(data.len()).expect("data of up to 64 KiB").to_be_bytes());
    bytes.extend_from_slice(data);
    bytes
}
