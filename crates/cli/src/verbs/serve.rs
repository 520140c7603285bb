//! `__serve`: the emulator of `up -d`. Desired state on stdin, one line on stdout, everything else to the log.

use crate::console::Console;
use crate::events::{Logs, show};
use crate::exit::Code;
use crate::signals::Signals;
use control::Home;
use control::state::ProjectFolder;
use diagnosis::{Diagnosis, local};
use emulator::{Running, Setup};
use futures_util::StreamExt;
use model::Desired;

pub async fn run(home: &Home) -> Result<Code, Diagnosis> {
    // A terminal that is closed does not stop it.
    #[cfg(unix)]
    let _ = rustix::process::setsid();
    let mut signals = Signals::listen();
    match signals.during(start(home), &Console::new()).await {
        Ok(Ok((running, console))) => {
            tell(None);
            Ok(serve(&running, signals, &console).await)
        }
        Err((code, started)) => {
            if let Some(Ok((running, _))) = started {
                running.shutdown(&[]).await;
            }
            Ok(code)
        }
        Ok(Err(error)) => {
            tell(Some(&error));
            Ok(Code(error.exit() as u8))
        }
    }
}

/// The emulator, and where its lines go: to a log that is bounded while it runs, too.
async fn start(home: &Home) -> Result<(Running, Console), Diagnosis> {
    let text = std::io::read_to_string(std::io::stdin()).map_err(|error| internal(&error))?;
    let desired: Desired = serde_json::from_str(&text).map_err(|error| internal(&error))?;
    let console = Console::to_log(ProjectFolder::of(home, &desired.project)?.log()?);
    let engines = emulator::find(home, super::reaper()).await.engines;
    let key = std::env::var("LOCAL_ENDPOINT_KEY").ok();
    let setup = Setup { home: home.clone(), engines, desired, key, reread: super::up::desired::again };
    Ok((emulator::start(setup).await?, console))
}

fn tell(error: Option<&Diagnosis>) {
    Console::new().data(&serde_json::to_string(&error).unwrap_or_default());
}

async fn serve(running: &Running, mut signals: Signals, console: &Console) -> Code {
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
                let _ = show(event, Logs::Shown, console);
            }
        }
    }
}

fn internal(error: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::INTERNAL, format!("the desired state cannot be read: {error}"))
}
