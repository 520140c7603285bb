//! A door alone, with a fleet that stays: what `bench/front-door` measures.

use clap::Parser;
use front_end::{DoorConfig, TrafficLog, serve};
use model::{
    Auth, DeploymentName, EndpointName, Fleet, InstanceId, Limits, Profile, RateLimits, ServedDeployment,
    ServedEndpoint, ServedInstance, UpstreamMode,
};
use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

/// Every request carries it as `Bearer`; there is nothing behind the door to protect.
const KEY: &str = "a-key-of-the-length-that-azure-gives-its-endpoints-0123456789abcdefghijklmnopqrstuvw";

#[derive(Parser)]
struct Options {
    #[arg(long)]
    port: u16,
    #[arg(long)]
    upstream: SocketAddr,
    /// As towards the inference server: the body whole, one connection a request.
    #[arg(long)]
    whole: bool,
    #[arg(long, default_value_t = 1)]
    instances: u32,
    /// No key and no rules: the server as it is.
    #[arg(long)]
    passthrough: bool,
    /// They share the traffic evenly.
    #[arg(long, default_value_t = 1)]
    deployments: u32,
    /// Without the limits of the endpoint as a whole, which are reckoned otherwise, as the product does.
    #[arg(long)]
    no_rate_limits: bool,
    /// A file that gets a line a request.
    #[arg(long)]
    traffic_log: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let (_fleet, current) = watch::channel(Arc::new(fleet(&options)));
    let (exchanges, _told) = mpsc::channel(1);
    let traffic_log = options.traffic_log.map(|file| TrafficLog::start(File::create(file)?)).transpose()?;
    let config = DoorConfig { traffic_log, ..DoorConfig::new(name(), current, exchanges) };
    serve(listener, config, std::future::pending()).await;
    Ok(())
}

fn name() -> EndpointName {
    EndpointName::new("bench")
}

fn fleet(options: &Options) -> Fleet {
    let deployments: Vec<_> = (0..options.deployments).map(|number| deployment(number, options)).collect();
    let endpoint = ServedEndpoint {
        name: name(),
        profile: if options.passthrough { Profile::Passthrough } else { Profile::Managed },
        auth: Auth::Keys(["another", KEY].map(semantics::auth::key_hash).to_vec()),
        traffic: deployments.iter().map(|served| (served.name.clone(), 1)).collect(),
        mirror: None,
        rate_limits: if options.no_rate_limits { RateLimits::Off } else { RateLimits::Warn },
        deployments: deployments.into_iter().map(|served| (served.name.clone(), Arc::new(served))).collect(),
    };
    Fleet { endpoints: [(name(), Arc::new(endpoint))].into() }
}

fn deployment(number: u32, options: &Options) -> ServedDeployment {
    let name = DeploymentName::new(&format!("blue-{number}"));
    let limits = Limits {
        request_timeout: Duration::from_secs(60),
        max_concurrent_requests_per_instance: 1000,
        instance_count: options.instances,
        max_queue_wait: Duration::from_secs(1),
    };
    let upstream = if options.whole { UpstreamMode::WholeBodyThenClose } else { UpstreamMode::Streaming };
    let instances = (0..options.instances).map(|number| instance(&name, number, options.upstream)).collect();
    let (faults, collector) = (vec![], None);
    ServedDeployment { name, limits, scoring_path: "/score".into(), upstream, instances, faults, collector }
}

fn instance(deployment: &DeploymentName, number: u32, address: SocketAddr) -> ServedInstance {
    let id = InstanceId { endpoint: name(), deployment: deployment.clone(), number };
    ServedInstance { id, generation: 0, address, ready: true }
}
