//! Ctrl-C and its relatives.

use crate::exit::Code;

/// Resolves with the exit code of the first signal that asks to end.
#[cfg(unix)]
pub async fn asked_to_end() -> Code {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn next(signal: std::io::Result<Signal>) {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    }
    tokio::select! {
        () = next(signal(SignalKind::interrupt())) => Code::INTERRUPTED,
        () = next(signal(SignalKind::terminate())) => Code::TERMINATED,
        // The terminal was closed: nothing may be left behind.
        () = next(signal(SignalKind::hangup())) => Code::TERMINATED,
    }
}

#[cfg(not(unix))]
pub async fn asked_to_end() -> Code {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Code::INTERRUPTED,
        Err(_) => std::future::pending().await,
    }
}
