//! What a command printed, and how it ended.

use crate::{Home, Value, expected};
use std::fmt;
use std::process::{Command, Stdio};

#[derive(Clone)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
    pub(crate) home: Home,
    pub(crate) command: String,
}

impl Output {
    pub(crate) fn of(home: &Home, mut command: Command) -> Self {
        let told = format!("{:?} {:?}", command.get_program(), command.get_args().collect::<Vec<_>>());
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        Self { stdout, stderr, code: output.status.code(), home: home.clone(), command: told }
    }

    #[track_caller]
    pub fn succeeds(self) -> Self {
        self.exits(0)
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of {self:?}");
        self
    }

    /// Whole stdout and stderr are as the files `fixtures/e2e/NAME[.ENGINE].{stdout,stderr}` say, what differs from
    /// run to run replaced. No file: nothing may be printed. BLESS=1 writes the files.
    #[track_caller]
    pub fn like(self, name: &str) -> Self {
        expected::compare(&self, &format!("{name}.{}", self.home.engine().name()));
        self
    }

    /// The same for several deployments that start side by side.
    #[track_caller]
    pub fn like_in_any_order(self, name: &str) -> Self {
        expected::compare_in_any_order(&self, &format!("{name}.{}", self.home.engine().name()));
        self
    }

    /// The same for what does not depend on the engine.
    #[track_caller]
    pub fn like_on_any_engine(self, name: &str) -> Self {
        expected::compare(&self, name);
        self
    }

    /// Without the lines that instances printed.
    pub fn without_logs(mut self) -> Self {
        let log = regex::Regex::new(r"^[a-z0-9-]+/\d+ \| ").unwrap();
        self.stderr = self.stderr.split_inclusive('\n').filter(|line| !log.is_match(line)).collect();
        self
    }

    /// Without the lines on stderr that have this text: what only a slow machine says.
    pub fn without(mut self, text: &str) -> Self {
        self.stderr = self.stderr.split_inclusive('\n').filter(|line| !line.contains(text)).collect();
        self
    }

    /// Without the lines of progress that begin so: how many there are is a matter of seconds.
    pub fn without_progress(mut self, start: &str) -> Self {
        self.stderr = self.stderr.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect();
        self
    }

    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no {text:?} on stdout of {self:?}");
        self
    }

    #[track_caller]
    pub fn tells(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} on stderr of {self:?}");
        self
    }

    #[track_caller]
    pub fn hides(&self, text: &str) {
        assert!(!self.stdout.contains(text) && !self.stderr.contains(text), "{text:?} is told by {self:?}");
    }

    /// Nothing on stderr.
    #[track_caller]
    pub fn is_quiet(self) -> Self {
        assert!(self.stderr.is_empty(), "not quiet: {self:?}");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\nexit code {:?}", self.command, self.code)?;
        write!(f, "--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr)
    }
}
