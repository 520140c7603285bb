//! A command beside what an instance runs, for a person or a script.

use crate::EngineError;
use async_trait::async_trait;
use futures_util::stream::BoxStream;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::pin::Pin;
use tokio::io::AsyncWrite;

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Empty: a shell, the best that there is.
    pub command: Vec<String>,
    /// A terminal of its own, of so many columns and lines.
    pub terminal: Option<(u16, u16)>,
    /// Beside the instance's own, `TERM` for instance.
    pub env: BTreeMap<String, String>,
}

/// How it is entered.
#[derive(Debug)]
pub enum Entered {
    /// Elsewhere: bytes go there and come from there.
    There(There),
    /// On this machine: the caller starts it with the streams that it has itself.
    Here(Here),
}

impl std::fmt::Debug for There {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("There")
    }
}

pub struct There {
    /// Shutting it down is the end of the command's input.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
    pub output: BoxStream<'static, Result<Piece, EngineError>>,
    pub session: Box<dyn Session>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    pub command: Vec<OsString>,
    /// All of it.
    pub env: Vec<(OsString, OsString)>,
    pub folder: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

#[async_trait]
pub trait Session: Send + Sync {
    async fn resize(&self, columns: u16, lines: u16) -> Result<(), EngineError>;

    /// Its exit code, once what it writes has come to its end.
    async fn code(&self) -> Result<i64, EngineError>;
}

/// A shell that is in almost every image, or a better one.
pub fn shell() -> Vec<String> {
    ["sh", "-c", "exec \"$(command -v bash || echo sh)\""].map(str::to_owned).to_vec()
}
