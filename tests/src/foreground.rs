//! A command that is left running, read line by line.

use crate::process::Process;
use crate::{Home, Output};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// Killed when it is dropped.
#[derive(Debug)]
pub struct Foreground {
    child: Child,
    lines: Receiver<(bool, String)>,
    read: Output,
}

impl Foreground {
    pub(crate) fn start(home: &Home, mut command: Command) -> Self {
        let told = format!("{:?} {:?}", command.get_program(), command.get_args().collect::<Vec<_>>());
        let read =
            Output { stdout: String::new(), stderr: String::new(), code: None, home: home.clone(), command: told };
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        follow(child.stdout.take().unwrap(), true, sender.clone());
        follow(child.stderr.take().unwrap(), false, sender);
        Self { child, lines, read }
    }

    pub fn process(&self) -> Process {
        Process::of(self.child.id()).expect("it runs")
    }

    /// Waits for a line with this text, on either stream.
    #[track_caller]
    pub fn says(&mut self, text: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok((out, line)) => {
                    self.keep(out, &line);
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(error) => panic!("no line with {text:?} ({error}) from {:?}", self.read),
            }
        }
    }

    /// Waits for its end.
    #[track_caller]
    pub fn ends(mut self) -> Output {
        let process = Process::of(self.child.id());
        if let Some(process) = process {
            process.ends();
        }
        self.read.code = as_a_shell_says(self.child.wait().unwrap());
        while let Ok((out, line)) = self.lines.recv() {
            self.keep(out, &line);
        }
        self.read.clone()
    }

    fn keep(&mut self, out: bool, line: &str) {
        let stream = if out { &mut self.read.stdout } else { &mut self.read.stderr };
        stream.push_str(line);
        stream.push('\n');
    }
}

impl Drop for Foreground {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// 128 and the signal's number where a signal ended it.
fn as_a_shell_says(status: ExitStatus) -> Option<i32> {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal))
}

fn follow(stream: impl Read + Send + 'static, out: bool, lines: Sender<(bool, String)>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Nobody reads any more.
            if lines.send((out, line)).is_err() {
                return;
            }
        }
    });
}
