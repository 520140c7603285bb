//! Metrics as text, in Azure's shape, and their page. `BLESS=1` writes the files.

use control::metrics::{AZURE, DROPPED, DROPPED_HELP, METRICS, azure, text};
use jiff::Timestamp;
use model::{
    Answers, CollectionMeters, DeploymentMeters, DeploymentName, DoorMeters, EndpointMeters, EndpointName, Histogram,
    MetersDocument, Minute,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn answers(status: u16, model_status: u16, count: u64) -> Answers {
    Answers { status, model_status, count }
}

fn times(milliseconds: &[u64]) -> Histogram {
    let mut times = Histogram::default();
    milliseconds.iter().for_each(|time| times.record(Duration::from_millis(*time)));
    times
}

fn blue(answers: Vec<Answers>, milliseconds: &[u64]) -> DoorMeters {
    let (latency, model) = (times(milliseconds), times(&milliseconds[..1]));
    let request = CollectionMeters { events: 3, errors: BTreeMap::from([("too_large".to_owned(), 1)]) };
    let collections = BTreeMap::from([("request".to_owned(), request)]);
    let blue = DeploymentMeters {
        in_flight: 2,
        queued: 1,
        answers,
        latency,
        model,
        collections,
        ..DeploymentMeters::default()
    };
    DoorMeters {
        connections_active: 3,
        connections_opened: 30,
        bytes_received: 1000,
        bytes_sent: 200,
        unrouted: vec![Answers { status: 401, model_status: 0, count: 1 }],
        deployments: BTreeMap::from([(DeploymentName::new("blue"), blue)]),
        ..DoorMeters::default()
    }
}

fn credit() -> EndpointMeters {
    let minute = |start, meters| {
        let start = Timestamp::from_second(start).expect("a time");
        Minute { start, seconds: 60.0, connections_active: 1.5, meters }
    };
    let minutes = vec![
        minute(0, blue(vec![answers(200, 200, 2)], &[5, 20])),
        minute(60, blue(vec![answers(200, 200, 1), answers(424, 500, 4)], &[40])),
    ];
    let ready = BTreeMap::from([("blue/0".to_owned(), true), ("blue/1".to_owned(), false)]);
    let meters = blue(vec![answers(0, 0, 1), answers(200, 200, 3), answers(424, 500, 4)], &[5, 20, 40]);
    EndpointMeters { meters, minutes, limits: BTreeMap::new(), ready: BTreeMap::from([("blue".to_owned(), ready)]) }
}

#[test]
fn the_text_is_what_prometheus_reads() {
    let odd = EndpointName::new("a\"\\\n");
    let endpoints = BTreeMap::from([
        (EndpointName::new("credit"), credit()),
        (
            odd,
            EndpointMeters {
                minutes: vec![],
                limits: BTreeMap::new(),
                ready: BTreeMap::new(),
                meters: DoorMeters::default(),
            },
        ),
    ]);
    let found = text(&MetersDocument { endpoints, traffic_log_dropped: 7 });
    for line in found.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a value");
        assert!(value.parse::<f64>().is_ok() && series.starts_with("local_endpoint_"), "{line}");
    }
    same("fixtures/metrics/prometheus.txt", &found);
}

#[test]
fn the_document_has_the_shape_of_azure_monitor() {
    let found = serde_json::to_string_pretty(&azure(&EndpointName::new("credit"), &credit())).expect("JSON");
    same("fixtures/metrics/azure.json", &(found + "\n"));
}

#[test]
fn the_page_is_the_tables() {
    let mut page = String::from(HEAD);
    for metric in METRICS {
        let labels: Vec<String> = metric.labels.iter().map(|label| format!(", `{label}`")).collect();
        let (name, kind, help) = (metric.name, metric.kind.word(), metric.help);
        page += &format!("| `{name}` | {kind} | `endpoint`{} | {} | {help} |\n", labels.concat(), metric.azure);
    }
    page += &format!("| `{DROPPED}` | counter | |  | {DROPPED_HELP} |\n");
    page += MONITOR;
    for metric in AZURE {
        page +=
            &format!("| `{}` | {} | {} | {} |\n", metric.name, metric.unit, metric.dimensions.join(", "), metric.here);
    }
    page += LEFT_OUT;
    same("docs/metrics.md", &page);
}

#[test]
fn every_name_of_azures_is_one_of_its_table() {
    let known: Vec<&str> = AZURE.iter().map(|metric| metric.name).collect();
    let named = METRICS.iter().flat_map(|metric| metric.azure.split(", ")).filter(|name| !name.is_empty());
    assert_eq!(named.filter(|name| !known.contains(name)).collect::<Vec<_>>(), Vec::<&str>::new());
}

const HEAD: &str = "\
# Metrics

Made from the tables in `crates/control/src/metrics/table.rs` (`BLESS=1 cargo test -p local-endpoint-control --test metrics`).

`local-endpoint metrics` shows them, `-o prometheus` as text, `-o json` in the shape of Azure Monitor. Prometheus reads
them at the control port, with the token of the project; port and token are new with every start of the emulator, and
`local-endpoint metrics --scrape-config` prints what stands below with both in their places:

```yaml
scrape_configs:
  - job_name: local-endpoint
    metrics_path: /v1/metrics
    authorization:
      credentials_file: /home/me/.local/state/local-endpoint/projects/0123456789abcdef/token
    static_configs:
      - targets: [\"127.0.0.1:40123\"]
```

The control port answers on 127.0.0.1 alone, to a `Host` that names this machine, without an `Origin` of another page.

| metric | kind | labels | in Azure | |
|---|---|---|---|---|
";

const MONITOR: &str = "
## Azure Monitor

Names, units and dimensions of `Microsoft.MachineLearningServices/workspaces/onlineEndpoints`, as `-o json` has them:
PT1M, `average`, the last hour; the last minute still runs.

| metric | unit | dimensions | here |
|---|---|---|---|
";

const LEFT_OUT: &str = "
Not shown: the metrics of deployments (CPU, memory, GPU and disk of instances: ask the container engine).
";

fn same(file: &str, found: &str) {
    let path = Path::new(ROOT).join(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, found).expect("the file can be written");
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == found, "{file} is not what comes out; BLESS=1 writes it");
}
