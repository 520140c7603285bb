//! A process that the tests kill: it starts one instance and then waits for ever. With `__reap` it is the watchdog.
#![allow(clippy::unwrap_used)]

#[cfg(unix)]
fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["__reap"] => engine::reaper::run().unwrap(),
        ["own", folder, key, address] => own(folder.as_ref(), key, address),
        _ => panic!("unknown arguments: {arguments:?}"),
    }
}

#[cfg(not(unix))]
fn main() {}

/// The instance has a child of its own, and both ignore TERM; it connects to `address` and says that it runs.
#[cfg(unix)]
const STUBBORN: &str = r#"
import os, signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
host, port = sys.argv[1].split(":")
connection = socket.create_connection((host, int(port)))
if os.fork():
    connection.sendall(b"x")
while True:
    signal.pause()
"#;

#[cfg(unix)]
#[tokio::main]
async fn own(folder: &std::path::Path, key: &str, address: &str) {
    use engine::{Arg, BuildTerms, Engine, Launch, ProcessConfig, ProcessEngine, Recipe};
    let reaper = vec![std::env::current_exe().unwrap().into_os_string(), "__reap".into()];
    let (cache, ledger) = (folder.join("cache"), folder.join("ledger"));
    let engine = ProcessEngine::new(ProcessConfig { cache, reaper: Some(reaper), ledger });
    let recipe = Recipe::Python { key: key.into(), requirements: vec![], python: None };
    let launch = Launch {
        name: "owned".into(),
        base: engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap(),
        argv: Some(["python", "-c", STUBBORN, address].map(|word| Arg::Text(word.into())).into()),
        workdir: Some("/opt/app".into()),
        env: Default::default(),
        mounts: vec![],
        ports: Default::default(),
        labels: [("engine-test".into(), "owned".into())].into(),
        memory_bytes: None,
        nano_cpus: None,
        outward: engine::Outward::Open,
        gpus: false,
        private_root: folder.join("private"),
    };
    engine.start(&launch).await.unwrap();
    std::future::pending::<()>().await;
}
