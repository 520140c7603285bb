//! `__serve`: the emulator of `up -d`. Desired state on stdin, one line on stdout, everything else to the log.

use crate::console::Console;
use crate::events::{Logs, show};
use crate::exit::Code;
use crate::signals::Signals;
use control::Home;
use diagnosis::{Diagnosis, local};
use emulator::{Running, Setup};
use futures_util::StreamExt;
use model::Desired;

pub async fn run(home: &Home) -> Result<Code, Diagnosis> {
    // A terminal that is closed does not stop it.
    #[cfg(unix)]
    let _ = rustix::process::setsid();
    let signals = Signals::listen();
    match start(home).await {
        Ok(running) => {
            tell(None);
            Ok(serve(&running, signals).await)
        }
        Err(error) => {
            tell(Some(&error));
            Ok(Code(error.exit() as u8))
        }
    }
}

async fn start(home: &Home) -> Result<Running, Diagnosis> {
    let text = std::io::read_to_string(std::io::stdin()).map_err(|error| internal(&error))?;
    let desired: Desired = serde_json::from_str(&text).map_err(|error| internal(&error))?;
    let engines = emulator::find(home, super::reaper()).await.engines;
    let key = std::env::var("LOCAL_ENDPOINT_KEY").ok();
    emulator::start(Setup { home: home.clone(), engines, desired, key, reread: super::up::desired::again }).await
}

fn tell(error: Option<&Diagnosis>) {
    Console::new().data(&serde_json::to_string(&error).unwrap_or_default());
}

async fn serve(running: &Running, mut signals: Signals) -> Code {
    let console = Console::new();
    let mut events = running.events(1);
    loop {
        tokio::select! {
            biased;
            code = signals.asked() => {
                running.shutdown(&[]).await;
                return code;
            }
            () = running.ended() => return Code::OK,
            Some(event) = events.next() => {
                let _ = show(event, Logs::Shown, &console);
            }
        }
    }
}

fn internal(error: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::INTERNAL, format!("the desired state cannot be read: {error}"))
}
