//! `doctor`: where engines were looked for, what answered, and the mend.

use crate::args;
use crate::console::Console;
use crate::exit::Code;
use control::Home;
use diagnosis::Diagnosis;
use engine::Ports;
use serde_json::{Value, json};

pub async fn run(home: &Home, doctor: &args::Doctor, console: &Console) -> Result<Code, Diagnosis> {
    let found = emulator::find(home, None).await;
    let process = found.engines.process.about().await;
    let document = document(home, &found, &process);
    doctor.printed.print(&document, console, |console| human(home, &found, &process, console))?;
    let any = found.discovery.engine.is_some() || process.is_ok();
    Ok(if any { Code::OK } else { Code::NO_ENGINE })
}

type About = Result<engine::About, engine::EngineError>;

fn human(home: &Home, found: &emulator::Found, process: &About, console: &Console) {
    console.data("container engine");
    for tried in &found.discovery.tries {
        match &tried.outcome {
            Ok(about) => {
                console.data(&format!("  ok  {} ({}): {}", tried.name, tried.address, about.version));
                console.data(&format!("      files {}; ports {}; GPUs {}", files(about), ports(about), gpus(about)));
            }
            Err(why) => {
                console.data(&format!("  --  {} ({}): {why}", tried.name, tried.address));
                console.data(&format!("      mend: {}", tried.mend));
            }
        }
    }
    console.data("process engine");
    match process {
        Ok(about) => console.data(&format!("  ok  {}", about.version)),
        Err(why) => console.data(&format!("  --  {why}")),
    }
    console.data(&format!("state   {}\ncache   {}", home.state.display(), home.cache.display()));
}

fn files(about: &engine::About) -> &'static str {
    match about.shares_files {
        Some(true) => "mounted",
        Some(false) => "copied into instances",
        None => "mounted or copied: the first start finds out",
    }
}

fn ports(about: &engine::About) -> String {
    match &about.ports {
        Ports::Loopback => "on 127.0.0.1".to_owned(),
        Ports::Bridge => "at the containers' addresses, network bridge".to_owned(),
        Ports::Containers { network } => format!("at the containers' addresses, network {network}"),
        Ports::Host(host) => format!("on {host}"),
    }
}

fn gpus(about: &engine::About) -> &'static str {
    if about.gpus { "handed on" } else { "none" }
}

fn document(home: &Home, found: &emulator::Found, process: &About) -> Value {
    let tries = found.discovery.tries.iter().map(|tried| {
        let (ok, text) = match &tried.outcome {
            Ok(about) => (true, about.version.clone()),
            Err(why) => (false, why.clone()),
        };
        let mut document =
            json!({ "name": tried.name, "address": tried.address, "ok": ok, "outcome": text, "mend": tried.mend });
        if let Ok(about) = &tried.outcome {
            document["files"] = files(about).into();
            document["ports"] = ports(about).into();
            document["gpus"] = about.gpus.into();
        }
        document
    });
    let process = match process {
        Ok(about) => json!({ "ok": true, "outcome": about.version }),
        Err(why) => json!({ "ok": false, "outcome": why.to_string() }),
    };
    json!({
        "schema_version": model::SCHEMA_VERSION,
        "container_engine": tries.collect::<Vec<_>>(),
        "process_engine": process,
        "state": home.state,
        "cache": home.cache,
    })
}
