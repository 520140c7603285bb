//! The scoring script as the inference server will judge it.

use super::{imports, logging};
use crate::python::{Defined, Function, Script};
use crate::subject::{Subject, shown};
use diagnosis::{Diagnosis, start};

pub fn script(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let Some(code) = subject.deployment.code.as_ref().filter(|_| subject.is_served()) else { return };
    let path = code.folder.join(&code.scoring_script);
    let Some(script) = path.is_file().then(|| Script::read(&path, shown(&path))).flatten() else { return };
    if let Some(at) = script.error() {
        let message = format!("{} is not valid Python", code.scoring_script);
        found.push(Diagnosis::error(start::USER_SCRIPT_SYNTAX_ERROR, message).at(script.place(at, "from here on")));
        return;
    }
    if !script.has_star_import() {
        init(&script, &code.scoring_script, found);
        run(&script, &code.scoring_script, found);
    }
    imports::imports(subject, &script, &path, found);
    logging::lost(&script, &code.folder, found);
}

fn init(script: &Script, name: &str, found: &mut Vec<Diagnosis>) {
    let function = match script.defined("init") {
        None => return missing(script, name, "init", found),
        Some(Defined::Otherwise) => return,
        Some(Defined::Function(function)) => function,
    };
    let needed: Vec<&str> = function.parameters.iter().filter(|it| it.required).map(|it| it.name).collect();
    if !needed.is_empty() && !function.decorated {
        let message = format!("{name}: init() is called without arguments, and wants {}", needed.join(", "));
        let place = script.place(function.at, "takes no argument");
        found.push(Diagnosis::error(start::USER_SCRIPT_BAD_SIGNATURE, message).at(place).remedy("define init()"));
    }
}

fn run(script: &Script, name: &str, found: &mut Vec<Diagnosis>) {
    match script.defined("run") {
        None => missing(script, name, "run", found),
        Some(Defined::Function(function)) if !function.decorated => signature(script, name, &function, found),
        Some(_) => {}
    }
}

fn missing(script: &Script, name: &str, function: &str, found: &mut Vec<Diagnosis>) {
    let message = format!("{name} has no {function}() function");
    found.push(Diagnosis::error(start::USER_SCRIPT_FUNCTION_NOT_FOUND, message).at(script.whole()));
}

/// As the server looks at it (`_analyze_run` of its user_script.py).
fn signature(script: &Script, name: &str, run: &Function<'_>, found: &mut Vec<Diagnosis>) {
    let data = run.parameters.iter().filter(|it| it.name != "request_headers");
    let fault = if run.parameters.iter().any(|it| it.odd) {
        "the server takes no positional-only arguments, *args or **kwargs"
    } else if data.count() == 0 {
        "the server has no argument to put the data in"
    } else {
        return;
    };
    let message = format!("{name}: {fault} in run()");
    found.push(Diagnosis::error(start::USER_SCRIPT_BAD_SIGNATURE, message).at(script.place(run.at, "run(data)")));
}
