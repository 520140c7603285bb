//! One line of the inference server's log.

use crate::pattern::pattern;

pattern!(LINE, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ([DIWEC]) \[(\d+)\] (\S+) - (.*)$");
pattern!(READY, r"^Worker with pid (\d+) ready for serving traffic$");
pattern!(BOOTING, r"^Booting worker with pid: (\d+)$");
pattern!(EXITED, r"^Worker \(pid:(\d+)\) exited with code (\d+)\.?$");
pattern!(SIGNALLED, r"^Worker \(pid:(\d+)\) was sent (SIG\w+)!");
pattern!(TIMED_OUT, r"^WORKER TIMEOUT \(pid:(\d+)\)$");
pattern!(SERVED, r"^([A-Z]+) (\S+) (\d{3}) \d[\d.]*ms ");

/// What a line of the server's log says of its state. Only until the boot: a user's logging.json may change the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogSign {
    Booting(u32),
    Ready(u32),
    /// `init()` begins.
    InitBegins,
    InitFailed,
    WorkerExited {
        pid: u32,
        code: i64,
    },
    WorkerSignalled {
        pid: u32,
        signal: String,
    },
    /// WORKER_TIMEOUT passed; a SIGKILL that follows is gunicorn's own.
    WorkerTimeout(u32),
    PortInUse,
    /// A scored request, without its id.
    Served {
        method: String,
        path: String,
        status: u16,
    },
    /// A warning of every normal start that means nothing.
    Noise,
    /// Anything else, the user's own lines among it.
    Other,
}

/// A line in the server's own form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ServerLine<'a> {
    pub level: &'a str,
    pub pid: &'a str,
    pub logger: &'a str,
    pub text: &'a str,
}

impl ServerLine<'_> {
    /// An error of the server itself: nothing that user code printed.
    pub fn is_error(&self) -> bool {
        matches!(self.level, "E" | "C") && matches!(self.logger, "azmlinfsrv" | "gunicorn.error")
    }
}

pub(crate) fn parse(line: &str) -> Option<ServerLine<'_>> {
    let (_, [level, pid, logger, text]) = LINE.captures(line)?.extract();
    Some(ServerLine { level, pid, logger, text })
}

/// Without what these processes say, where several servers share a log. A traceback belongs to the error above it;
/// any other line without a process is kept, whoever printed it.
pub fn without(mut lines: Vec<String>, others: &[u32]) -> Vec<String> {
    let mut theirs = false;
    if !others.is_empty() {
        lines.retain(|line| {
            let Some(said) = parse(line) else { return !theirs };
            let other = said.pid.parse().is_ok_and(|pid| others.contains(&pid));
            theirs = other && said.is_error();
            !other
        });
    }
    lines
}

/// What one line says.
pub fn progress(line: &str) -> LogSign {
    match parse(line) {
        Some(ServerLine { logger: "gunicorn.error", text, .. }) => of_gunicorn(text),
        Some(ServerLine { logger: "azmlinfsrv", text, .. }) => of_server(text),
        Some(ServerLine { logger: "azmlinfsrv.user_script", text: "Invoking user's init function", .. }) => {
            LogSign::InitBegins
        }
        None if line.starts_with("Extra keys = [") => LogSign::Noise,
        _ => LogSign::Other,
    }
}

fn of_gunicorn(text: &str) -> LogSign {
    if let Some(pid) = pid(&BOOTING, text) {
        LogSign::Booting(pid)
    } else if let Some(pid) = pid(&TIMED_OUT, text) {
        LogSign::WorkerTimeout(pid)
    } else if text.starts_with("Can't connect to (") {
        LogSign::PortInUse
    } else {
        ended(text).unwrap_or(LogSign::Other)
    }
}

fn ended(text: &str) -> Option<LogSign> {
    if let Some((_, [pid, code])) = EXITED.captures(text).map(|found| found.extract()) {
        return Some(LogSign::WorkerExited { pid: pid.parse().ok()?, code: code.parse().ok()? });
    }
    let (_, [pid, signal]) = SIGNALLED.captures(text)?.extract();
    Some(LogSign::WorkerSignalled { pid: pid.parse().ok()?, signal: signal.into() })
}

fn of_server(text: &str) -> LogSign {
    if let Some(pid) = pid(&READY, text) {
        LogSign::Ready(pid)
    } else if text == "User's init function failed" {
        LogSign::InitFailed
    } else if text.starts_with("Found extra keys in the config file") {
        LogSign::Noise
    } else {
        served(text).unwrap_or(LogSign::Other)
    }
}

fn served(text: &str) -> Option<LogSign> {
    let (_, [method, path, status]) = SERVED.captures(text)?.extract();
    Some(LogSign::Served { method: method.into(), path: path.into(), status: status.parse().ok()? })
}

fn pid(pattern: &regex::Regex, text: &str) -> Option<u32> {
    pattern.captures(text)?[1].parse().ok()
}
