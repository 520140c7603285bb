//! A failed scoring request, explained to the person who sent it.

use diagnosis::{Code, Diagnosis};
use engine::Mount;
use lifecycle::{Scene, known, source_place};
use model::{Deployment, Exchange, Profile, Reason};
use semantics::outcome::code;
use semantics::traceback::{Traceback, last, last_of_any};

/// `log`: what the instance printed since its last failure; `abandoned`: of the deployment, just now. `None`: nothing is
/// wrong with this exchange.
pub fn explain(
    exchange: &Exchange,
    profile: Profile,
    deployment: Option<(&Deployment, &[Mount])>,
    abandoned: u32,
    log: &str,
) -> Option<Diagnosis> {
    let reason = exchange.reason?;
    let code = code(profile, exchange.response_code, reason)?;
    let mut diagnosis = Diagnosis::error(code, headline(exchange, deployment.map(|(it, _)| it), code));
    if let Some(instance) = &exchange.instance {
        diagnosis = diagnosis.fact("instance", instance.to_string());
    }
    diagnosis = diagnosis.fact("x-request-id", exchange.x_request_id.to_string());
    if reason == Reason::UpstreamRequestTimeout && abandoned > 0 {
        diagnosis = diagnosis.fact("abandoned", still_running(abandoned));
    }
    if reason != Reason::ModelError {
        return Some(diagnosis);
    }
    Some(match (deployment, last(log).or_else(|| last_of_any(log))) {
        (Some((deployment, mounts)), Some(traceback)) => with_line(diagnosis, deployment, mounts, &traceback),
        _ => diagnosis,
    })
}

/// Retries on top of them are how real endpoints die.
fn still_running(abandoned: u32) -> String {
    let requests = if abandoned == 1 { "request" } else { "requests" };
    format!("{abandoned} abandoned {requests} still running")
}

fn with_line(diagnosis: Diagnosis, deployment: &Deployment, mounts: &[Mount], traceback: &Traceback) -> Diagnosis {
    let diagnosis = match traceback.user_line() {
        None => diagnosis,
        Some(frame) => diagnosis.at(source_place(deployment, &frame.file, frame.line as usize, &frame.text)),
    };
    let scene = Scene { deployment, mounts, in_user_code: traceback.user_line().is_some() };
    known(diagnosis.fact("raised", traceback.reason.clone()), scene, &traceback.reason)
}

fn headline(exchange: &Exchange, deployment: Option<&Deployment>, code: Code) -> String {
    let copy = if exchange.mirror { "a mirrored copy of " } else { "" };
    let got = match exchange.response_code {
        0 => "no answer".to_owned(),
        code => code.to_string(),
    };
    let request = format!("{copy}{} {} -> {got}", exchange.method, exchange.path);
    format!("{request}: {}", what(exchange, deployment).unwrap_or_else(|| code.row().title.to_owned()))
}

fn what(exchange: &Exchange, deployment: Option<&Deployment>) -> Option<String> {
    let settings = &deployment?.request_settings;
    let name = &deployment?.name;
    Some(match exchange.reason? {
        Reason::ModelError => format!("{} answered {}", exchange.instance.as_ref()?, exchange.model_status_code?),
        Reason::UpstreamRequestTimeout => {
            format!("{name} took longer than request_timeout_ms: {}", settings.request_timeout.as_millis())
        }
        Reason::TooManyPendingRequest if exchange.response_code == 503 => {
            format!(
                "no replica of {name} became free within max_queue_wait_ms: {}",
                settings.max_queue_wait.as_millis()
            )
        }
        Reason::TooManyPendingRequest => {
            let (max, count) = (settings.max_concurrent_requests_per_instance, deployment?.instance_count);
            format!(
                "{} requests were in flight in {name}, and at most 2 x {max} (max_concurrent_requests_per_instance) x {count} (instance_count) = {} may be",
                exchange.in_flight,
                2 * max * count
            )
        }
        Reason::ModelNotReady => format!("no instance of {name} is ready"),
        Reason::AnswerLost => {
            let (instance, status) = (exchange.instance.as_ref()?, exchange.model_status_code?);
            format!("{instance} answered {status}, and the client's connection was cut")
        }
        _ => return None,
    })
}
