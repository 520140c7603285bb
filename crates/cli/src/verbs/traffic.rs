//! `traffic`: shares of a running endpoint.

use crate::args;
use crate::console::Console;
use crate::exit::Code;
use crate::locate::{self, Located};
use control::{Home, TrafficChange};
use diagnosis::{Diagnosis, Place, local, spec as rows};
use model::{DeploymentName, Traffic};
use serde_json::json;

pub async fn run(home: &Home, args: &args::Traffic, console: &Console) -> Result<Code, Diagnosis> {
    let traffic = (!args.shares.is_empty()).then(|| shares(&args.shares, "traffic")).transpose()?;
    let mirror = args.mirror.as_deref().map(mirror).transpose()?;
    let Located { client, endpoint } = locate::running(home, args.endpoint_name.as_deref()).await?;
    let known: Vec<&str> = endpoint.deployments.iter().map(|deployment| deployment.name.as_str()).collect();
    if let Some(unknown) = traffic.iter().flat_map(Traffic::keys).find(|name| !known.contains(&name.as_str())) {
        let message = format!("{} has no deployment {unknown}; it has {}", endpoint.name, known.join(", "));
        return Err(Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, message));
    }
    let set = client.set_traffic(&endpoint.name, &TrafficChange { traffic, mirror }).await?;
    let document = json!({
        "schema_version": model::SCHEMA_VERSION,
        "name": endpoint.name,
        "traffic": set.traffic,
        "mirror_traffic": set.mirror,
    });
    args.printed.print(&document, console, |console| {
        console.note(&format!("{}: traffic is {}{}", endpoint.name, shown(&set.traffic), mirrored(&set.mirror)));
    })?;
    Ok(Code::OK)
}

fn shown(shares: &Traffic) -> String {
    shares.iter().map(|(name, percent)| format!("{name}={percent}")).collect::<Vec<_>>().join(" ")
}

fn mirrored(mirror: &Traffic) -> String {
    if mirror.is_empty() { String::new() } else { format!(", mirrored to {}", shown(mirror)) }
}

fn mirror(written: &str) -> Result<Traffic, Diagnosis> {
    let remedy = "write the mirror as green=10, green=0 to switch it off";
    let invalid = || {
        let place = Place::Flag("--mirror".to_owned());
        Diagnosis::error(rows::INVALID_VALUE, format!("{written} is not NAME=PERCENT")).at(place).remedy(remedy)
    };
    let (name, percent) = share(written).ok_or_else(invalid)?;
    Ok(Traffic::from([(name, percent)]))
}

fn share(written: &str) -> Option<(DeploymentName, u32)> {
    let (name, percent) = written.split_once('=')?;
    Some((DeploymentName::new(name), percent.parse().ok()?))
}

/// `blue=90 green=10`: the sum is 0 or 100, as in Azure.
pub fn shares(written: &[String], flag: &str) -> Result<Traffic, Diagnosis> {
    let mut traffic = Traffic::new();
    for share in written {
        let parsed = self::share(share);
        let (name, percent) = parsed.ok_or_else(|| invalid(format!("{share} is not NAME=PERCENT"), flag))?;
        traffic.insert(name, percent);
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
