//! A debugger as VS Code is one: the Debug Adapter Protocol, attached at a port, with a session of its own for every
//! process that debugpy announces.

mod session;

use crate::Value;
use serde_json::json;
use session::Session;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// What launch.json says, and the breakpoints that were set.
#[derive(Debug, Clone)]
pub struct Debugger {
    port: u16,
    configuration: Value,
    breakpoints: BTreeMap<PathBuf, Vec<usize>>,
}

impl Debugger {
    /// As this entry of launch.json attaches; `workspace` is the folder that VS Code has open.
    pub fn of(configuration: &Value, workspace: &Path) -> Self {
        let text = configuration.to_string().replace("${workspaceFolder}", &workspace.to_string_lossy());
        let configuration: Value = serde_json::from_str(&text).unwrap();
        let port = configuration["connect"]["port"].as_u64().unwrap().try_into().unwrap();
        Self { port, configuration, breakpoints: BTreeMap::new() }
    }

    /// At the line with this text.
    pub fn breakpoint(mut self, file: &Path, text: &str) -> Self {
        let lines = std::fs::read_to_string(file).unwrap();
        let line = lines.lines().position(|line| line.contains(text)).expect("the line is there") + 1;
        self.breakpoints.entry(file.to_owned()).or_default().push(line);
        self
    }

    /// As one that knows nothing of other processes.
    pub fn without_children(mut self) -> Self {
        self.configuration["subProcess"] = json!(false);
        self
    }

    /// Returns once it is attached, to a worker, too, unless it knows nothing of those.
    pub fn attach(self) -> Attached {
        let (stops, stopped) = channel();
        let shared = Arc::new(Shared { debugger: self, stops, sessions: Mutex::default(), joined: Condvar::new() });
        shared.begin(&shared.debugger.configuration.clone());
        let attached = Attached { shared, stopped };
        if attached.shared.has_children() {
            attached.joined(1);
        }
        attached
    }
}

/// What all sessions of a debugger have in common.
#[derive(Debug)]
struct Shared {
    debugger: Debugger,
    stops: Sender<(Arc<Session>, Value)>,
    /// The first is that of the host.
    sessions: Mutex<Vec<Arc<Session>>>,
    joined: Condvar,
}

impl Shared {
    /// One more session, attached and with all breakpoints.
    fn begin(self: &Arc<Self>, configuration: &Value) {
        let heard = self.clone();
        let session = Session::open(self.debugger.port, move |session, event| heard.hears(session, event));
        session.attach(configuration);
        self.sessions.lock().unwrap().push(session);
        self.joined.notify_all();
    }

    /// An editor answers each of these by itself.
    fn hears(self: &Arc<Self>, session: &Arc<Session>, event: &Value) {
        match event["event"].as_str().unwrap_or_default() {
            "initialized" => {
                for (file, lines) in &self.debugger.breakpoints {
                    session.set_breakpoints(file, lines);
                }
                session.say("configurationDone", json!({}));
            }
            "debugpyAttach" if self.has_children() => {
                let (shared, configuration) = (self.clone(), event["body"].clone());
                std::thread::spawn(move || shared.begin(&configuration));
            }
            "stopped" => drop(self.stops.send((session.clone(), event["body"].clone()))),
            _ => {}
        }
    }

    fn has_children(&self) -> bool {
        self.debugger.configuration["subProcess"] == true
    }
}

#[derive(Debug)]
pub struct Attached {
    shared: Arc<Shared>,
    stopped: Receiver<(Arc<Session>, Value)>,
}

impl Attached {
    /// Waits until so many workers have been joined since the beginning.
    #[track_caller]
    pub fn joined(&self, workers: usize) {
        let sessions = self.shared.sessions.lock().unwrap();
        let few = |sessions: &mut Vec<Arc<Session>>| sessions.len() <= workers;
        let waited = self.shared.joined.wait_timeout_while(sessions, PATIENCE, few).unwrap();
        assert!(!waited.1.timed_out(), "no worker was announced: {:#?}", waited.0);
    }

    /// Waits until a breakpoint is hit.
    #[track_caller]
    pub fn stopped(&self) -> Stopped {
        match self.stopped.recv_timeout(PATIENCE) {
            Ok((session, body)) => Stopped::of(session, &body),
            Err(error) => panic!("no breakpoint was hit ({error}): {:?}", self.shared.sessions),
        }
    }

    /// What Stop does.
    pub fn disconnect(self) {
        // The host last: it would announce them again.
        self.shared.sessions.lock().unwrap().drain(..).rev().for_each(|session| session.disconnect());
    }

    /// Killed, without a word.
    pub fn vanishes(self) {
        self.shared.sessions.lock().unwrap().drain(..).for_each(|session| session.vanish());
    }
}

/// A worker that stands at a breakpoint.
#[derive(Debug)]
pub struct Stopped {
    session: Arc<Session>,
    thread: Value,
    frames: Vec<Value>,
}

impl Stopped {
    fn of(session: Arc<Session>, body: &Value) -> Self {
        let thread = body["threadId"].clone();
        let stack = session.asks("stackTrace", json!({ "threadId": thread }));
        Self { session, thread, frames: stack["stackFrames"].as_array().unwrap().clone() }
    }

    /// `score.py: run`, the innermost first; each file exists here under the path that was told.
    pub fn stack(&self) -> Vec<String> {
        let frame = |frame: &Value| {
            let file = Path::new(frame["source"]["path"].as_str().unwrap()).to_owned();
            format!("{}: {}", file.file_name().unwrap().to_string_lossy(), frame["name"].as_str().unwrap())
        };
        self.frames.iter().map(frame).collect()
    }

    /// Where the editor shows it: the file of the innermost frame, and whether that is the file itself, not a copy.
    pub fn file(&self) -> (PathBuf, bool) {
        let source = &self.frames[0]["source"];
        (source["path"].as_str().unwrap().into(), source["sourceReference"].as_u64().unwrap_or(0) == 0)
    }

    /// The local variables, as Python writes them.
    pub fn locals(&self) -> BTreeMap<String, String> {
        let scopes = self.session.asks("scopes", json!({ "frameId": self.frames[0]["id"] }));
        let locals = &scopes["scopes"][0]["variablesReference"];
        let variables = self.session.asks("variables", json!({ "variablesReference": locals }));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let variables = variables["variables"].as_array().unwrap().iter();
        variables.map(|variable| (text(&variable["name"]), text(&variable["value"]))).collect()
    }

    /// In the innermost frame; it takes as long as the expression does.
    pub fn evaluate(&self, expression: &str) -> String {
        let asked = json!({ "expression": expression, "frameId": self.frames[0]["id"], "context": "repl" });
        self.session.asks("evaluate", asked)["result"].as_str().unwrap().to_owned()
    }

    pub fn goes_on(self) {
        self.session.asks("continue", json!({ "threadId": self.thread }));
    }
}
