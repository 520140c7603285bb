//! Ctrl-C and its relatives.

use crate::exit::Code;

/// From its making on, these signals no longer end the process by themselves.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    streams: [(std::io::Result<tokio::signal::unix::Signal>, Code); 3],
}

#[cfg(unix)]
impl Signals {
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
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
        tokio::select! {
            code = next(interrupt) => code,
            code = next(terminate) => code,
            code = next(hangup) => code,
        }
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
        Self {}
    }

    /// Resolves with the exit code of the next signal that asks to end.
    pub async fn asked(&mut self) -> Code {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Code::INTERRUPTED,
            Err(_) => std::future::pending().await,
        }
    }
}
