//! `run`: up, a command, down; the command's exit code. Stdout is the command's alone.

mod child;
mod group;
mod report;
mod served;
mod summary;
mod variables;

use super::up::{desired, first_failure, running};
use crate::args;
use crate::console::Console;
use crate::events::{Logs, Met};
use crate::exit::Code;
use crate::signals::Signals;
use crate::telling::Telling;
use child::Child;
use control::Home;
use control::client::Client;
use diagnosis::Diagnosis;
use futures_util::stream::BoxStream;
use model::{Desired, Event};
use report::{After, Before};
use served::Served;
use std::collections::VecDeque;
use summary::Summary;

pub async fn run(home: &Home, run: args::Run, console: &Console) -> Result<Code, Diagnosis> {
    let mut signals = Signals::listen();
    let desired = match desired::load(&run.up, console) {
        Ok(desired) => desired,
        Err(code) => return Ok(code),
    };
    let summary = run.summary.as_deref().map(Summary::open).transpose()?;
    let console = &console.in_project(&desired.project);
    let serving = async {
        match running(home, &desired)? {
            Some(state) => Served::lent(home, &state, &desired).await,
            None => Served::own(home, &desired).await,
        }
    };
    let mut served = match signals.during(serving, console).await {
        Ok(served) => served?,
        Err((code, served)) => {
            if let Some(Ok(served)) = served {
                end(&served, &mut signals).await;
            }
            return Ok(code);
        }
    };
    let ended = beside(&mut served, (&run, summary), &desired, &mut signals, console).await;
    let interrupted = end(&served, &mut signals).await;
    let (code, told) = ended?;
    told.into_iter().for_each(|told| told.requests(console));
    Ok(interrupted.unwrap_or(code))
}

/// Takes down what is ours. The first signal finds it at that already; who asks twice waits for nobody.
async fn end(served: &Served, signals: &mut Signals) -> Option<Code> {
    let end = served.end();
    tokio::pin!(end);
    let mut interrupted = None;
    loop {
        let again = signals.has_asked();
        tokio::select! {
            biased;
            () = &mut end => return interrupted,
            code = signals.asked() => interrupted = Some(code),
        }
        if again {
            return interrupted;
        }
    }
}

/// The exit code, and what there is to tell once everything is written.
type Ended = (Code, Option<report::Failed>);

async fn beside(
    served: &mut Served,
    (run, summary): (&args::Run, Option<Summary>),
    desired: &Desired,
    signals: &mut Signals,
    console: &Console,
) -> Result<Ended, Diagnosis> {
    let mut events = served.events().await?;
    let settled = tokio::select! {
        biased;
        code = signals.asked() => return Ok((code, None)),
        settled = settled(&mut events, desired, console) => settled?,
    };
    if settled != Code::OK {
        return Ok((settled, None));
    }
    let (client, endpoints) = served.asked().await?;
    let variables = variables::of(&client, &endpoints).await?;
    endpoints.iter().for_each(|endpoint| console.note(&format!("{}: {}", endpoint.name, endpoint.scoring_uri)));
    let before = Before::now(served.folder(), &client).await?;
    let child = Child::start(&run.command, variables)?;
    let (code, met) = child.ended(signals, events).await?;
    // The code is the command's, whatever cannot be told of it.
    let told = match before.after(&client, &run.command).await {
        Ok(after) => tell(after, &client, summary, (code, met), console).await,
        Err(error) => Err(error),
    };
    Ok((code, told.unwrap_or_else(|error| untold(console, &error))))
}

async fn tell(
    after: After,
    client: &Client,
    summary: Option<Summary>,
    (code, met): (Code, VecDeque<Event>),
    console: &Console,
) -> Result<Option<report::Failed>, Diagnosis> {
    if let Some(mut summary) = summary {
        let (endpoints, memory) = (client.status().await?.endpoints, client.memory().await?);
        summary.add(&after.text(&endpoints, &memory, code))?;
    }
    if code == Code::OK {
        return Ok(None);
    }
    after.failed(client, (code, met), console).await.map(Some)
}

fn untold<T>(console: &Console, error: &Diagnosis) -> Option<T> {
    console.say(error);
    None
}

/// The first failure in file order, or OK: a command that meets half a project tests something else.
async fn settled(
    events: &mut BoxStream<'static, Result<Event, Diagnosis>>,
    desired: &Desired,
    console: &Console,
) -> Result<Code, Diagnosis> {
    let mut failed = vec![];
    let mut telling = Telling::new(Logs::Hidden, console);
    while let Some(met) = telling.next(events).await {
        match met? {
            Met::Failed(name, error) => failed.push((name, error)),
            Met::Settled => break,
            Met::Nothing => {}
        }
    }
    Ok(first_failure(&failed, desired))
}
