//! One `ssh` as a connection.

use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader, Join, Lines, ReadBuf, join};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;

/// Makes them; whom a request asks for does not matter.
#[derive(Clone)]
pub struct Tunnels {
    pub arguments: Vec<String>,
    pub words: Words,
}

impl tower_service::Service<http::Uri> for Tunnels {
    type Response = TokioIo<Tunnel>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        std::future::ready(Tunnel::open(&self.arguments, &self.words).map(TokioIo::new))
    }
}

/// What an `ssh` said last.
#[derive(Debug, Clone, Default)]
pub struct Words(Arc<watch::Sender<String>>);

impl Words {
    /// Once it has said something.
    pub async fn told(&self) -> String {
        let mut told = self.0.subscribe();
        told.wait_for(|told| !told.is_empty()).await.map(|told| told.clone()).unwrap_or_default()
    }

    async fn keep(self, mut lines: Lines<BufReader<ChildStderr>>) {
        while let Ok(Some(line)) = lines.next_line().await {
            tracing::debug!("ssh: {line}");
            self.0.send_replace(line);
        }
    }
}

/// Ends with whoever holds it: `ssh` at once, and the other side with the end of its input.
pub struct Tunnel {
    _ssh: Child,
    pipe: Join<ChildStdout, ChildStdin>,
}

impl Tunnel {
    fn open(arguments: &[String], words: &Words) -> io::Result<Self> {
        let mut command = Command::new("ssh");
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C is for us, who then still have something to say to the engine.
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(windows)]
        command.creation_flags(0x200); // CREATE_NEW_PROCESS_GROUP
        words.0.send_replace(String::new());
        let mut ssh = command.spawn().map_err(|error| io::Error::new(error.kind(), format!("ssh: {error}")))?;
        let (Some(input), Some(output), Some(errors)) = (ssh.stdin.take(), ssh.stdout.take(), ssh.stderr.take()) else {
            return Err(io::Error::other("ssh has no pipes"));
        };
        tokio::spawn(words.clone().keep(BufReader::new(errors).lines()));
        Ok(Self { _ssh: ssh, pipe: join(output, input) })
    }
}

impl Connection for Tunnel {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Tunnel {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_read(cx, into)
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.pipe).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(cx)
    }
}
