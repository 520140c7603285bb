//! `metrics`: what the doors have counted.

use crate::args::{self, MetricsFormat};
use crate::console::Console;
use crate::exit::Code;
use crate::locate;
use crate::printed::Printed;
use crate::tables;
use control::Home;
use control::client::Client;
use control::state::Known;
use diagnosis::{Diagnosis, local};
use model::{EndpointMeters, EndpointName, MetersDocument};

pub async fn run(home: &Home, args: &args::Metrics, console: &Console) -> Result<Code, Diagnosis> {
    let (known, endpoint) = locate::endpoint(home, args.endpoint_name.as_deref())?;
    if args.scrape_config {
        scrape_config(&known, console)?;
        return Ok(Code::OK);
    }
    let client = Client::connect(&known.state).await?;
    let document = client.meters().await?;
    let MetricsFormat::Plain(output) = args.output else {
        console.data(control::metrics::text(&document).trim_end());
        return Ok(Code::OK);
    };
    let meters = of(&document, &endpoint)?;
    let printed = Printed { output, query: args.query.clone() };
    let azure = control::metrics::azure(&endpoint, meters);
    printed.print(&azure, console, |console| console.data(&human(&endpoint, meters, &document)))?;
    Ok(Code::OK)
}

fn of<'a>(document: &'a MetersDocument, endpoint: &EndpointName) -> Result<&'a EndpointMeters, Diagnosis> {
    let found = document.endpoints.get(endpoint);
    found.ok_or_else(|| Diagnosis::error(local::ENDPOINT_NOT_FOUND, format!("there is no endpoint {endpoint}")))
}

fn human(endpoint: &EndpointName, meters: &EndpointMeters, document: &MetersDocument) -> String {
    let door = &meters.meters;
    let mut parts = vec![
        format!(
            "{endpoint}, since it was opened: {} of {} connections open, {} bytes in, {} bytes out",
            door.connections_active, door.connections_opened, door.bytes_received, door.bytes_sent
        ),
        tables::metrics(door),
    ];
    if !door.unrouted.is_empty() {
        parts.push(format!("reached no deployment: {}", tables::answers(&door.unrouted)));
    }
    if document.traffic_log_dropped > 0 {
        parts.push(format!("{} lines of the traffic log were lost", document.traffic_log_dropped));
    }
    parts.join("\n")
}

fn scrape_config(known: &Known, console: &Console) -> Result<(), Diagnosis> {
    let emulator = known.state.running()?;
    let token = emulator.token_file.display();
    console.data(&format!(
        "scrape_configs:\n  - job_name: local-endpoint\n    metrics_path: /v1/metrics\n    authorization:\n      credentials_file: {token}\n    static_configs:\n      - targets: [\"127.0.0.1:{}\"]",
        emulator.control_port
    ));
    Ok(())
}
