//! What the user's script did wrong.

use super::server::file_name;
use super::{Cause, Evidence};
use crate::log_line::{LogSign, progress};
use crate::pattern::pattern;
use crate::traceback::{Chain, Traceback, chains};
use diagnosis::{Code, start};

pattern!(NO_FUNCTION, r"UserScriptError: User script at (.+) does not have a (init|run)\(\) function defined\.");
pattern!(SIGNATURE, r"UserScriptError: (.+)$");
pattern!(MODULE, r"No module named '([^']+)'");

pub(super) fn failed(evidence: &Evidence<'_>) -> Option<Cause> {
    let script = evidence.entry_script.map_or("the scoring script", file_name);
    let chains = chains(evidence.log);
    let chain = chains.iter().rev().find(|chain| chain.reported && is_of_script(chain));
    chain.and_then(|chain| reported(script, chain)).or_else(|| ended_in_init(evidence, script))
}

fn is_of_script(chain: &Chain) -> bool {
    chain.outermost().is_some_and(|last| last.reason.starts_with("azureml_inference_server_http.server.user_script."))
}

fn reported(script: &str, chain: &Chain) -> Option<Cause> {
    let outermost = &chain.outermost()?.reason;
    if let Some(found) = NO_FUNCTION.captures(outermost) {
        let what = format!("{} has no {}()", file_name(&found[1]), &found[2]);
        return Some(Cause::new(start::USER_SCRIPT_FUNCTION_NOT_FOUND, what));
    }
    if let Some(found) = SIGNATURE.captures(outermost) {
        return Some(Cause::new(start::USER_SCRIPT_BAD_SIGNATURE, format!("{script}: {}", &found[1])));
    }
    let exception = chain.user_exception()?;
    let (code, what) = match outermost.contains("UserScriptImportException:") {
        true => imported(script, exception),
        false => init(script, exception),
    };
    Some(Cause::new(code, what).of(exception))
}

fn init(script: &str, exception: &Traceback) -> (Code, String) {
    let stopped = |frame: &crate::traceback::Frame| {
        frame.file.ends_with("/gunicorn/workers/base.py") && frame.function.starts_with("handle_")
    };
    if exception.frames.last().is_some_and(stopped) {
        return (start::OPERATION_CANCELED, "a stop signal came while init() ran".into());
    }
    let code = memory_or(exception, start::USER_SCRIPT_INIT_FAILED);
    (code, format!("init() of {script} raised {}", exception.reason))
}

fn imported(script: &str, exception: &Traceback) -> (Code, String) {
    let reason = &exception.reason;
    if exception.user_line().is_none() {
        return (start::USER_SCRIPT_NOT_FOUND, format!("{script} cannot be read ({reason})"));
    }
    match exception.exception() {
        "ModuleNotFoundError" | "ImportError" => {
            (start::USER_SCRIPT_IMPORT_ERROR, import(importer(script, exception), exception))
        }
        "SyntaxError" | "IndentationError" | "TabError" if is_own_syntax(exception) => {
            (start::USER_SCRIPT_SYNTAX_ERROR, format!("{} has a {reason}", importer(script, exception)))
        }
        "FileNotFoundError" => (start::USER_SCRIPT_FILE_NOT_FOUND, format!("the import of {script} raised {reason}")),
        _ => (memory_or(exception, start::USER_SCRIPT_EXCEPTION), format!("the import of {script} raised {reason}")),
    }
}

fn import(importer: &str, exception: &Traceback) -> String {
    let direct = exception.frames.last().is_some_and(|frame| frame.is_user_code());
    match MODULE.captures(&exception.reason) {
        Some(found) if direct => {
            format!("{importer} imports '{}', which the environment does not have", &found[1])
        }
        Some(found) => {
            format!("{importer} imports a package that needs '{}', which the environment does not have", &found[1])
        }
        None => format!("{importer} cannot import what it names ({})", exception.reason),
    }
}

/// The user's file that the exception came from.
fn importer<'a>(script: &'a str, exception: &'a Traceback) -> &'a str {
    exception.user_line().map_or(script, |frame| file_name(&frame.file))
}

/// A file of the user's does not parse: not a package's, and not a text given to `eval`.
fn is_own_syntax(exception: &Traceback) -> bool {
    exception.frames.last().is_some_and(|frame| frame.function.is_empty() && frame.is_user_code())
}

fn memory_or(exception: &Traceback, code: Code) -> Code {
    if exception.exception() == "MemoryError" { start::POD_OUT_OF_MEMORY } else { code }
}

/// `os._exit(3)` in `init()`: the one code that also stops the master, and no exception is logged.
fn ended_in_init(evidence: &Evidence<'_>, script: &str) -> Option<Cause> {
    let signs: Vec<_> = evidence.log.lines().map(progress).collect();
    let begun = signs.iter().rposition(|sign| *sign == LogSign::InitBegins)?;
    let ended = signs[begun..].iter().any(|sign| matches!(sign, LogSign::WorkerExited { code: 3, .. }));
    let raised = signs[begun..].iter().any(|sign| matches!(sign, LogSign::Ready(_) | LogSign::InitFailed));
    (ended && !raised && evidence.exit_code == Some(3)).then(|| {
        let what = format!("init() of {script} ended the process with exit code 3, without an exception");
        Cause::new(start::USER_SCRIPT_INIT_FAILED, what)
    })
}
