//! Python tracebacks in a log.

mod reader;
mod unmixed;

use crate::log_line;
use reader::Reader;
pub use unmixed::unmixed;

/// One `File "...", line N, in f` of a traceback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub file: String,
    /// From 1.
    pub line: u32,
    /// Empty for the place of a syntax error.
    pub function: String,
    /// The source line, without indentation; empty where Python had no source.
    pub text: String,
}

/// One exception with its frames, outermost first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traceback {
    pub frames: Vec<Frame>,
    /// `ValueError: the text`, lines joined.
    pub reason: String,
}

/// Exceptions that led to one another, the first cause first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Logged as an error by the server, not printed by user code.
    pub reported: bool,
    pub parts: Vec<Traceback>,
}

/// Below these, code is not the user's.
const FOREIGN: &[&str] =
    &["/site-packages/", "/dist-packages/", "/lib/python3.", "/bin/azmlinfsrv", "/local_endpoint_host/"];

impl Frame {
    /// Neither Python's, nor a package's, nor the inference server's.
    pub fn is_user_code(&self) -> bool {
        !self.file.starts_with('<') && !FOREIGN.iter().any(|place| self.file.contains(place))
    }
}

impl Traceback {
    /// The innermost line of user code.
    pub fn user_line(&self) -> Option<&Frame> {
        self.frames.iter().rev().find(|frame| frame.is_user_code())
    }

    /// `ValueError` of `ValueError: the text`.
    pub fn exception(&self) -> &str {
        self.reason.split(':').next().unwrap_or_default().trim()
    }

    fn is_wrapper(&self) -> bool {
        self.reason.starts_with("azureml_inference_server_http.server.user_script.UserScript")
            && self.exception().ends_with("Exception")
    }
}

impl Chain {
    /// The exception as user code raised it: what the inference server wrapped round it is left off.
    pub fn user_exception(&self) -> Option<&Traceback> {
        self.parts.iter().rev().find(|part| !part.is_wrapper())
    }

    /// The exception the chain ended in.
    pub fn outermost(&self) -> Option<&Traceback> {
        self.parts.last()
    }
}

/// The user's exception of the last traceback that the server reported, of `init()`, of an import or of `run()`.
pub fn last(log: &str) -> Option<Traceback> {
    chains(log).iter().rev().find(|chain| chain.reported)?.user_exception().cloned()
}

/// The last traceback, whoever printed it: for containers that do not run the inference server.
pub fn last_of_any(log: &str) -> Option<Traceback> {
    let chains = chains(log);
    chains.iter().rev().find_map(|chain| chain.outermost().filter(|part| !part.frames.is_empty()).cloned())
}

pub(crate) fn chains(log: &str) -> Vec<Chain> {
    let mut reader = Reader::default();
    let lines = unmixed(log.lines().map(str::to_owned).collect());
    lines.iter().for_each(|line| reader.read(line, log_line::parse(line)));
    reader.chains
}
