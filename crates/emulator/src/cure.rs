//! A measured cure as the difference of the deployment YAML.

use crate::yaml_line::{Stands, find};
use diagnosis::{Diagnosis, Place, serving};
use model::Deployment;
use semantics::cure::Cure;

const SETTINGS: &str = "request_settings";
const VARIABLES: &str = "environment_variables";

/// `measured`: the figures it comes from; `text`: the YAML as it stands now.
pub fn told(cure: Cure, deployment: &Deployment, measured: &str, text: &str) -> Diagnosis {
    let edit = Edit { deployment, text };
    let note = |message: String, at: usize| {
        let place = Place::Source { file: deployment.file.clone(), line: at };
        Diagnosis::note(serving::MEASURED_CURE, message).at(place).fact("measured", measured)
    };
    let name = &deployment.name;
    match cure {
        Cure::Timeout { from_ms, to_ms } => {
            let (at, lines) = edit.put(Some(SETTINGS), "request_timeout_ms", Some(from_ms), to_ms);
            with(note(format!("{name}: a longer request_timeout_ms would have let them end"), at), lines)
        }
        Cure::TimeoutBeyond { needed_ms, most_ms } => {
            let at = find(text, Some(SETTINGS), "request_timeout_ms").line();
            let message =
                format!("{name}: request_timeout_ms would have to be {needed_ms}, and Azure takes at most {most_ms}");
            note(message, at).remedy("make run() faster, or answer at once and let the client ask for the result")
        }
        Cure::Concurrency { max_from, max_to, count_from, count_to } => {
            let (at, mut lines) =
                edit.put(Some(SETTINGS), "max_concurrent_requests_per_instance", Some(max_from), max_to);
            lines.extend(edit.workers(max_to));
            let message = format!("{name}: more requests at once would have to be taken");
            let or = format!("or `instance_count: {count_to}` in place of {count_from}, for as many machines");
            with(note(message, at), lines).remedy(or)
        }
    }
}

fn with(note: Diagnosis, lines: Vec<(String, String)>) -> Diagnosis {
    lines.into_iter().fold(note, |note, (line, value)| note.fact(line, value))
}

struct Edit<'a> {
    deployment: &'a Deployment,
    text: &'a str,
}

impl Edit<'_> {
    /// The line, and what is taken away and added there. A value that no file has written is the default or a flag's.
    fn put<T: ToString>(
        &self,
        parent: Option<&str>,
        key: &str,
        from: Option<T>,
        to: T,
    ) -> (usize, Vec<(String, String)>) {
        let stands = find(self.text, parent, key);
        let lines = match (stands, from, parent) {
            (Stands::At(_), Some(from), _) => {
                vec![(format!("- {key}"), from.to_string()), (format!("+ {key}"), to.to_string())]
            }
            (Stands::End(_), _, Some(parent)) => {
                vec![(format!("+ {parent}"), format!("{{{key}: {}}}", to.to_string()))]
            }
            _ => vec![(format!("+ {key}"), to.to_string())],
        };
        (stands.line(), lines)
    }

    /// Azure's inference server takes as many at once as it has workers; a container of one's own may not.
    fn workers(&self, wanted: u32) -> Vec<(String, String)> {
        const WORKERS: &str = "WORKER_COUNT";
        if self.deployment.environment.inference_config.is_some() {
            return vec![];
        }
        let quoted = |count: &str| format!("\"{count}\"");
        let from = self.deployment.environment_variables.get(WORKERS).map(|count| quoted(count));
        self.put(Some(VARIABLES), WORKERS, from, quoted(&wanted.to_string())).1
    }
}
