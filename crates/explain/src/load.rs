//! `load`: what follows from it for the YAML.

pub use semantics::knee::{First, Room, Step, Verdict, judge};

/// One sentence a line, no line end at the end.
pub fn print_verdict(verdict: &Verdict, steps: &[Step], room: Room, kubernetes: bool) -> String {
    let mut lines = vec![first(verdict.first, room, kubernetes)];
    let best = verdict.knee.and_then(|knee| steps.iter().find(|step| step.concurrency == knee));
    if let Some(step) = best {
        let (at, rate) = (step.concurrency, step.per_second);
        let count = room.instance_count.max(1);
        let each = if count > 1 { format!(", {:.1} an instance", rate / f64::from(count)) } else { String::new() };
        lines.push(format!(
            "the knee is at {at} at once: {rate:.1} requests a second{each}; twice as many bring less than a tenth more"
        ));
    }
    lines.extend(advice(verdict, steps, room));
    lines.join("\n")
}

fn first(first: First, room: Room, kubernetes: bool) -> String {
    let (each, count) = (room.max_concurrent_requests_per_instance, room.instance_count);
    let (refused, late) = if kubernetes { (503, 504) } else { (429, 408) };
    match first {
        First::Refused { at } => format!(
            "{refused} comes first, at {at} at once: {each} (max_concurrent_requests_per_instance) x {count} (instance_count) run, as many may wait"
        ),
        First::TimedOut { at } => {
            format!("{late} comes first, at {at} at once: request_timeout_ms is shorter than the wait")
        }
        First::Processor { at } => {
            format!("the processor comes first, at {at} at once: more at once brings no more, and places are left")
        }
        First::Places { at } => format!(
            "neither {refused} nor {late} came; at {at} at once every place is taken: {each} (max_concurrent_requests_per_instance) x {count} (instance_count)"
        ),
        First::Nothing => {
            format!("neither {refused} nor {late} came, and throughput still grows: try a higher --max-concurrency")
        }
    }
}

fn advice(verdict: &Verdict, steps: &[Step], room: Room) -> Vec<String> {
    let most = steps.iter().map(|step| step.concurrency).max().unwrap_or(1);
    let (each, count) = (verdict.max_concurrent_requests_per_instance, verdict.instance_count);
    match verdict.first {
        First::Nothing => vec![],
        First::Processor { .. } => vec![
            "more workers would share the same processor: for more requests a second raise instance_count, on as many machines".into(),
        ],
        _ if each == room.max_concurrent_requests_per_instance => vec![],
        _ => vec![format!(
            "for {most} at once: max_concurrent_requests_per_instance: {each} with WORKER_COUNT: \"{each}\", or instance_count: {count}"
        )],
    }
}
