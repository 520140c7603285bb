//! The host of an instance, as it is asked: a connection for every command, a line of JSON there and some back.

use engine::PortUse;
use serde::{Deserialize, Serialize};
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;

/// Where it takes commands, and what it must be told with each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub address: SocketAddr,
    pub token: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "do", rename_all = "lowercase")]
pub enum Command {
    /// Start the server on this port, with the code as it is now.
    Boot { on: PortUse },
    /// Its end is the instance's from now on.
    Serve { on: PortUse },
    /// End it, after as many seconds at most.
    Retire { on: PortUse, grace: f64 },
}

#[derive(Serialize)]
struct Asked<'a> {
    token: &'a str,
    #[serde(flatten)]
    command: Command,
}

/// A start of the server is a generation, by its number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Said {
    /// `others`: the processes of other generations, whose lines stand in the same log.
    Booting {
        generation: u64,
        others: Vec<u32>,
    },
    /// The user's `init()` is done.
    Ready,
    Ended {
        code: Option<i64>,
    },
    Serves,
    Refused {
        why: String,
    },
}

/// What comes back, until the command is done.
#[derive(Debug)]
pub struct Answers(Lines<BufReader<TcpStream>>);

impl Host {
    /// # Errors
    /// The host cannot be reached.
    pub async fn ask(&self, command: Command) -> Result<Answers, Error> {
        let mut stream = TcpStream::connect(self.address).await?;
        let mut line = serde_json::to_vec(&Asked { token: &self.token, command })?;
        line.push(b'\n');
        stream.write_all(&line).await?;
        Ok(Answers(BufReader::new(stream).lines()))
    }

    /// Whether it serves from now on.
    pub async fn serve(&self, on: PortUse) -> Result<bool, Error> {
        Ok(self.ask(Command::Serve { on }).await?.next().await? == Said::Serves)
    }

    /// Resolves when nothing runs on this port any more.
    pub async fn retire(&self, on: PortUse, grace: Duration) -> Result<(), Error> {
        let mut answers = self.ask(Command::Retire { on, grace: grace.as_secs_f64() }).await?;
        while !matches!(answers.next().await?, Said::Ended { .. }) {}
        Ok(())
    }
}

impl Answers {
    /// # Errors
    /// There is none any more.
    pub async fn next(&mut self) -> Result<Said, Error> {
        let line = self.0.next_line().await?.ok_or(ErrorKind::UnexpectedEof)?;
        Ok(serde_json::from_str(&line)?)
    }
}

/// The line by which the host ends the output of a generation that failed, on either stream; its number.
pub fn last_word(line: &str) -> Option<u64> {
    line.strip_prefix("local-endpoint-host: the end of generation ")?.parse().ok()
}
