//! The server configures no root logger: what is logged below WARNING is lost.

use crate::python::Script;
use diagnosis::{Diagnosis, check};
use std::path::Path;

/// Any of these words in the code folder, and somebody has set logging up.
const SET_UP: &[&str] = &[
    "basicConfig",
    "dictConfig",
    "fileConfig",
    "addHandler",
    "configure_azure_monitor",
    "AzureLogHandler",
    "structlog",
    "loguru",
    "absl",
    "azmlinfsrv",
    "gunicorn.error",
];

pub fn lost(script: &Script, folder: &Path, found: &mut Vec<Diagnosis>) {
    let loggers = script.results_of("getLogger");
    let is_logger =
        |object: &str| object == "logging" || loggers.contains(&object) || object.starts_with("logging.getLogger(");
    let calls = script.calls(&["info", "debug"]);
    let lost: Vec<_> = calls.iter().filter(|(object, _)| is_logger(object)).collect();
    let Some((_, at)) = lost.first().filter(|_| !is_set_up(script.text()) && !beside(folder)) else { return };
    let message = match lost.len() {
        1 => "nobody sees this log line: no logging is set up, so only WARNING and above is printed".to_owned(),
        many => format!("nobody sees {many} log lines: no logging is set up, so only WARNING and above is printed"),
    };
    found.push(Diagnosis::warning(check::LOG_LINES_LOST, message).at(script.place(*at, "lost")));
}

fn is_set_up(text: &str) -> bool {
    SET_UP.iter().any(|word| text.contains(word))
}

/// The server's own `logging.json`, or a module beside the script that sets logging up.
fn beside(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().take(200);
    let modules = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "py"));
    let sets_up = |path: std::path::PathBuf| std::fs::read_to_string(path).is_ok_and(|text| is_set_up(&text));
    folder.join("logging.json").is_file() || modules.into_iter().any(sets_up)
}
