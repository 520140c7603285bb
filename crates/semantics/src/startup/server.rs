//! What the inference server says before it comes to the user's script.

use super::{Cause, Evidence, hint};
use crate::log_line::parse;
use crate::pattern::pattern;
use crate::traceback::{chains, last_of_any};
use diagnosis::{Code, start};

pattern!(USAGE, r"(?m)^\S+: error: (.+)$");
pattern!(SETTING, r"(?m)^=+Configuration Error=+\n(.+)$");
pattern!(COUNT, r"(?m)^(?:Error: Value must be positive.*|ValueError: invalid literal for int\(\).*)$");
pattern!(NO_WORKERS, r"(?m)^Worker Count: 0$");

pub(super) fn refused(evidence: &Evidence<'_>) -> Option<Cause> {
    let log = evidence.log;
    if evidence.entry_script.is_none() && !log.contains("azmlinfsrv") {
        return None;
    }
    port(log)
        .or_else(|| worker_count(evidence))
        .or_else(|| usage(evidence))
        .or_else(|| no_script(evidence))
        .or_else(|| setting(log))
        .or_else(|| config_file(log))
        .or_else(|| broken(log))
        .or_else(|| broken_unlogged(evidence))
}

fn port(log: &str) -> Option<Cause> {
    let line = errors(log).find(|text| text.starts_with("Can't connect to ("))?;
    let port = line.trim_end_matches(')').rsplit(' ').next().unwrap_or_default();
    Some(Cause::new(start::SERVER_PORT_IN_USE, format!("port {port} is taken by something else")))
}

fn worker_count(evidence: &Evidence<'_>) -> Option<Cause> {
    let what = "WORKER_COUNT is not a positive number";
    if evidence.exit_code.is_none() && NO_WORKERS.is_match(evidence.log) {
        return Some(Cause::new(start::WORKER_COUNT_INVALID, format!("{what} (0)")));
    }
    let said = COUNT.find(evidence.log).filter(|_| evidence.exit_code == Some(1))?.as_str();
    Some(Cause::new(start::WORKER_COUNT_INVALID, format!("{what} ({said})")))
}

/// Only the launcher ends with 1 or 2: what user code prints in these words ends with 3.
fn usage(evidence: &Evidence<'_>) -> Option<Cause> {
    let launcher = matches!(evidence.exit_code, Some(1 | 2));
    let found = USAGE.captures(evidence.log).filter(|_| launcher)?;
    Some(Cause::new(start::SERVER_ARGUMENTS_INVALID, format!("the inference server says: {}", &found[1])))
}

fn no_script(evidence: &Evidence<'_>) -> Option<Cause> {
    let missing = |text: &str| text.starts_with("Either provide an entry_script ");
    if errors(evidence.log).any(missing) {
        return Some(Cause::new(start::USER_SCRIPT_NOT_FOUND, "the inference server was given no scoring script"));
    }
    let main = errors(evidence.log).any(|text| text.starts_with("No score script found."));
    main.then(|| without_main(evidence.entry_script))
}

/// The server looks for `main` where it has no script; and reports a user's own `import main` in the same words.
fn without_main(entry_script: Option<&str>) -> Cause {
    match entry_script {
        None => Cause::new(start::USER_SCRIPT_NOT_FOUND, "there is neither a scoring script nor a main.py"),
        Some(script) => {
            let what = format!("{} imports 'main', which the environment does not have", file_name(script));
            Cause::new(start::USER_SCRIPT_IMPORT_ERROR, what)
        }
    }
}

fn setting(log: &str) -> Option<Cause> {
    let found = SETTING.captures(log)?;
    Some(Cause::new(start::SERVER_CONFIG_INVALID, &found[1]))
}

fn config_file(log: &str) -> Option<Cause> {
    errors(log).find(|text| text.starts_with("Invalid config file!"))?;
    let reason = reported(log).map(|(_, reason)| format!(" ({reason})")).unwrap_or_default();
    let what = format!("config.json beside the scoring script is taken for the server's own and is none{reason}");
    Some(Cause::new(start::SERVER_CONFIG_INVALID, what))
}

/// A fault in the server's own imports: packages that do not fit one another, or a swagger file that cannot be read.
fn broken(log: &str) -> Option<Cause> {
    errors(log).find(|text| *text == "Exception in worker process")?;
    let (swagger, reason) = reported(log)?;
    let (code, what): (Code, _) = match swagger {
        true => (start::SERVER_CONFIG_INVALID, "a swagger file in the code folder cannot be read"),
        false => (start::INFERENCE_SERVER_BROKEN, "the inference server itself cannot be loaded"),
    };
    Some(Cause::new(code, format!("{what} ({reason})")).hinted(hint(&reason)))
}

/// The same before the server has a log of its own: its launcher ends with 1, and versions before 0.5 log plain lines.
fn broken_unlogged(evidence: &Evidence<'_>) -> Option<Cause> {
    let logs = errors(evidence.log).next().is_some();
    let fault = last_of_any(evidence.log).filter(|_| evidence.exit_code == Some(1) || !logs)?;
    let of_server = fault.frames.iter().any(|frame| frame.file.contains("/azureml_inference_server_http/"));
    let foreign = fault.user_line().is_none();
    (of_server && foreign).then(|| {
        // gunicorn's own lines look like more of the exception where they have no time before them.
        let reason = fault.reason.split(" Worker exiting (pid: ").next().unwrap_or_default();
        let what = format!("the inference server itself cannot be loaded ({reason})");
        Cause::new(start::INFERENCE_SERVER_BROKEN, what).hinted(hint(reason))
    })
}

/// Whether the last fault that the server reported stands in its swagger code, and its reason.
fn reported(log: &str) -> Option<(bool, String)> {
    let chains = chains(log);
    let fault = chains.iter().rev().find(|chain| chain.reported)?.outermost()?;
    let swagger = fault.frames.iter().any(|frame| frame.file.ends_with("/server/swagger.py"));
    Some((swagger, fault.reason.clone()))
}

fn errors(log: &str) -> impl Iterator<Item = &str> {
    log.lines().filter_map(parse).filter(|line| line.is_error()).map(|line| line.text)
}

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
