//! Ctrl-C and its relatives.

use crate::exit::Code;

/// From its making on, these signals no longer end the process by themselves.
#[derive(Debug)]
pub struct Signals {
    has_asked: bool,
    #[cfg(unix)]
    streams: [(std::io::Result<tokio::signal::unix::Signal>, Code); 3],
}

#[cfg(unix)]
impl Signals {
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            has_asked: false,
            streams: [
                (signal(SignalKind::interrupt()), Code::INTERRUPTED),
                (signal(SignalKind::terminate()), Code::TERMINATED),
                // The terminal was closed: nothing may be left behind.
                (signal(SignalKind::hangup()), Code::TERMINATED),
            ],
        }
    }

    /// Resolves with the exit code of the next signal that asks to end.
    pub async fn asked(&mut self) -> Code {
        let [interrupt, terminate, hangup] = &mut self.streams;
        let code = tokio::select! {
            code = next(interrupt) => code,
            code = next(terminate) => code,
            code = next(hangup) => code,
        };
        self.has_asked = true;
        code
    }
}

impl Signals {
    /// Somebody has asked before.
    pub fn has_asked(&self) -> bool {
        self.has_asked
    }
}

#[cfg(unix)]
async fn next((signal, code): &mut (std::io::Result<tokio::signal::unix::Signal>, Code)) -> Code {
    let met = match signal {
        Ok(signal) => signal.recv().await,
        Err(_) => None,
    };
    if met.is_none() {
        return std::future::pending().await;
    }
    *code
}

#[cfg(not(unix))]
impl Signals {
    pub fn listen() -> Self {
        Self { has_asked: false }
    }

    /// Resolves with the exit code of the next signal that asks to end.
    pub async fn asked(&mut self) -> Code {
        if tokio::signal::ctrl_c().await.is_err() {
            return std::future::pending().await;
        }
        self.has_asked = true;
        Code::INTERRUPTED
    }
}
