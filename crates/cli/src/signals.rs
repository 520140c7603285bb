//! Ctrl-C and its relatives.

use crate::console::Console;
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
    /// Work that is not given up half-way: who asks once has it finished, and says so; who asks twice waits for nobody.
    /// `Err` when somebody asked, with what came of the work.
    pub async fn during<T>(
        &mut self,
        work: impl Future<Output = T>,
        console: &Console,
    ) -> Result<T, (Code, Option<T>)> {
        tokio::pin!(work);
        let code = tokio::select! {
            biased;
            done = &mut work => return Ok(done),
            code = self.asked() => code,
        };
        console.note("stopping: what has begun is ended first; asked again, it ends at once");
        tokio::select! {
            biased;
            done = work => Err((code, Some(done))),
            _ = self.asked() => Err((code, None)),
        }
    }

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
