//! `chaos`: faults on purpose of a running endpoint.

use crate::args::{self, Common, Fault, Probes};
use crate::console::Console;
use crate::exit::Code;
use crate::locate::{self, Located};
use crate::printed::Printed;
use crate::tables;
use control::Home;
use diagnosis::{Diagnosis, local};
use model::{EndpointDocument, FaultKind, FaultWanted, FaultsDocument, Probed, Share};
use std::time::Duration;

pub async fn run(home: &Home, args: &args::Chaos, console: &Console) -> Result<Code, Diagnosis> {
    match &args.fault {
        None => list(home, args, console).await,
        Some(Fault::Stop { ids, endpoint_name, printed }) => {
            let Located { client, endpoint } = locate::running(home, endpoint_name.as_deref()).await?;
            let ended = client.end_faults(&endpoint.name, ids.clone()).await?;
            print(&ended, printed, console, |console| {
                ended.faults.iter().for_each(|it| console.note(&tables::ended(it)))
            })?;
            Ok(Code::OK)
        }
        Some(fault) => begin(home, wanted(fault), console).await,
    }
}

async fn list(home: &Home, args: &args::Chaos, console: &Console) -> Result<Code, Diagnosis> {
    let Located { client, endpoint } = locate::running(home, args.endpoint_name.as_deref()).await?;
    let faults = client.faults(&endpoint.name).await?;
    print(&faults, &args.printed, console, |console| console.data(&tables::faults(&faults.faults)))?;
    Ok(Code::OK)
}

async fn begin(home: &Home, (wanted, common): (FaultWanted, &Common), console: &Console) -> Result<Code, Diagnosis> {
    let Located { client, endpoint } = locate::running(home, common.endpoint_name.as_deref()).await?;
    known(&endpoint, common.name.as_deref())?;
    let begun = client.begin_fault(&endpoint.name, &wanted).await?;
    print(&begun, &common.printed, console, |console| {
        for fault in &begun.faults {
            console.data(&fault.id);
            console.note(&format!("{}, for {} at most", fault.does, tables::span(fault.for_ms)));
            fault.note.iter().for_each(|note| console.note(&format!("note: {note}")));
        }
    })?;
    Ok(Code::OK)
}

/// The id alone is data: who wants to end it needs nothing else.
fn print(
    faults: &FaultsDocument,
    printed: &Printed,
    console: &Console,
    human: impl FnOnce(&Console),
) -> Result<(), Diagnosis> {
    printed.print(faults, console, |console| match faults.faults.is_empty() {
        true => console.note(&format!("{}: no fault lasts", faults.endpoint)),
        false => human(console),
    })
}

fn known(endpoint: &EndpointDocument, name: Option<&str>) -> Result<(), Diagnosis> {
    let known: Vec<&str> = endpoint.deployments.iter().map(|deployment| deployment.name.as_str()).collect();
    let Some(unknown) = name.map(str::to_lowercase).filter(|name| !known.contains(&name.as_str())) else {
        return Ok(());
    };
    let message = format!("{} has no deployment {unknown}; it has {}", endpoint.name, known.join(", "));
    let error = Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, message);
    Err(match spec::nearest(&unknown, known) {
        Some(meant) => error.remedy(format!("did you mean `-n {meant}`?")),
        None => error,
    })
}

fn wanted(fault: &Fault) -> (FaultWanted, &Common) {
    match fault {
        Fault::Kill(common) => (plain(FaultKind::Kill, common), common),
        Fault::Hang(common) => (plain(FaultKind::Hang, common), common),
        Fault::Oom(common) => (plain(FaultKind::Oom, common), common),
        Fault::Slow { common, requests, delay, jitter } => {
            let (delay_ms, jitter_ms) = (milliseconds(*delay), milliseconds(*jitter));
            let share = requests.share;
            (FaultWanted { share, delay_ms, jitter_ms, ..plain(FaultKind::Slow, common) }, common)
        }
        Fault::Drop { common, requests } => {
            (FaultWanted { share: requests.share, ..plain(FaultKind::Drop, common) }, common)
        }
        Fault::ProbeFail { common, probe } => {
            (FaultWanted { probe: probed(*probe), ..plain(FaultKind::ProbeFail, common) }, common)
        }
        Fault::Stop { .. } => unreachable!("it is no fault"),
    }
}

fn plain(kind: FaultKind, common: &Common) -> FaultWanted {
    FaultWanted {
        kind,
        deployment: common.name.clone(),
        instance: common.instance,
        for_ms: Some(milliseconds(common.lasts)),
        seed: common.seed,
        share: Share::ALL,
        delay_ms: 0,
        jitter_ms: 0,
        probe: Probed::Both,
    }
}

fn probed(probes: Probes) -> Probed {
    match probes {
        Probes::Both => Probed::Both,
        Probes::Liveness => Probed::Liveness,
        Probes::Readiness => Probed::Readiness,
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
