//! `traffic`: shares of a running endpoint.

use crate::args;
use crate::console::Console;
use crate::exit::Code;
use crate::locate::{self, Located};
use control::Home;
use diagnosis::{Diagnosis, Place, local, spec as rows};
use model::{DeploymentName, Traffic};

pub async fn run(home: &Home, args: &args::Traffic, console: &Console) -> Result<Code, Diagnosis> {
    let traffic = shares(&args.shares, "traffic")?;
    let Located { client, endpoint } = locate::running(home, args.endpoint_name.as_deref()).await?;
    let known: Vec<&str> = endpoint.deployments.iter().map(|deployment| deployment.name.as_str()).collect();
    if let Some(unknown) = traffic.keys().find(|name| !known.contains(&name.as_str())) {
        let message = format!("{} has no deployment {unknown}; it has {}", endpoint.name, known.join(", "));
        return Err(Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, message));
    }
    client.set_traffic(&endpoint.name, traffic.clone()).await?;
    let shown: Vec<String> = traffic.iter().map(|(name, percent)| format!("{name}={percent}")).collect();
    console.note(&format!("{}: traffic is {}", endpoint.name, shown.join(" ")));
    Ok(Code::OK)
}

/// `blue=90 green=10`: the sum is 0 or 100, as in Azure.
pub fn shares(written: &[String], flag: &str) -> Result<Traffic, Diagnosis> {
    let mut traffic = Traffic::new();
    for share in written {
        let parsed = share.split_once('=').and_then(|(name, percent)| Some((name, percent.parse::<u32>().ok()?)));
        let (name, percent) = parsed.ok_or_else(|| invalid(format!("{share} is not NAME=PERCENT"), flag))?;
        traffic.insert(DeploymentName::new(name), percent);
    }
    match traffic.values().sum::<u32>() {
        0 | 100 => Ok(traffic),
        sum => Err(invalid(format!("the shares add up to {sum}; Azure takes 0 or 100"), flag)),
    }
}

fn invalid(message: String, flag: &str) -> Diagnosis {
    Diagnosis::error(rows::INVALID_VALUE, message)
        .at(Place::Flag(flag.to_owned()))
        .remedy("write the shares as \"blue=90 green=10\"")
}
