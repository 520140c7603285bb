//! Logs in which an engine put a line of the one stream between those of the other.

use crate::table::folder;
use semantics::traceback::{Traceback, last, last_of_any, unmixed};

const HEADER: &str = "Traceback (most recent call last):";
const LINK: &str = "The above exception was the direct cause of the following exception:";
const EXITS: &str = "2026-11-22 15:24:42,943 I [26546] gunicorn.error - Worker exiting (pid: 26546)";

fn logs() -> Vec<Vec<String>> {
    let files = std::fs::read_dir(folder().join("startup")).expect("the folder of logs");
    let paths = files.map(|file| file.expect("a file").path());
    let logs = paths.filter(|path| path.extension().is_some_and(|it| it == "log"));
    logs.map(|path| std::fs::read_to_string(path).expect("the log").lines().map(str::to_owned).collect()).collect()
}

#[test]
fn a_log_in_order_stays() {
    assert!(logs().len() > 10);
    for log in logs() {
        assert_eq!(unmixed(log.clone()), log);
    }
}

#[test]
fn a_line_of_the_other_stream_breaks_no_traceback() {
    let chained: Vec<_> = logs().into_iter().filter(|log| log.iter().any(|line| line == LINK)).collect();
    assert!(!chained.is_empty());
    chained.iter().for_each(|log| holds_everywhere(log));
}

fn holds_everywhere(log: &[String]) {
    let begins = log.iter().position(|line| line.ends_with(HEADER)).expect("a traceback");
    for at in begins + 1..log.len() {
        let mut mixed = log.to_vec();
        mixed.insert(at, EXITS.to_owned());
        assert_eq!(said(&mixed), said(log), "at {at} of\n{}", log.join("\n"));
    }
}

/// Of a reason with several lines the first is kept: what stands behind the other line may be a print as well.
fn said(lines: &[String]) -> [Option<Traceback>; 2] {
    let text = lines.join("\n");
    [last(&text), last_of_any(&text)].map(|traceback| {
        let traceback = traceback?;
        Some(Traceback { reason: traceback.reason.replace(" lines of reason", ""), ..traceback })
    })
}
