//! A command on a terminal of its own: what it writes there, and what a person types.

use crate::process::Process;
use crate::{Home, Output};
use regex::Regex;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// Killed when it is dropped.
#[derive(Debug)]
pub struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    read: Output,
    /// Where what has not been waited for begins.
    seen: usize,
}

impl Terminal {
    /// 100 columns, 30 lines.
    pub(crate) fn start(home: &Home, command: &Command) -> Self {
        let told = format!("{:?} {:?}", command.get_program(), command.get_args().collect::<Vec<_>>());
        let read =
            Output { stdout: String::new(), stderr: String::new(), code: None, home: home.clone(), command: told };
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&ours).and_then(|()| unlockpt(&ours)).unwrap();
        let name = ptsname(&ours, vec![]).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let theirs = || rustix::fs::open(name.as_c_str(), flags, Mode::empty()).unwrap();
        tcsetwinsize(&ours, Winsize { ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let mut owned = with_terminal(command);
        let child = owned.stdin(theirs()).stdout(theirs()).stderr(theirs()).spawn().unwrap();
        let keyboard = File::from(ours);
        let mut screen = keyboard.try_clone().unwrap();
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The last one that leaves a terminal breaks it.
            while let Some(count) = screen.read(&mut bytes).ok().filter(|count| *count > 0) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, keyboard, screen: receiver, read, seen: 0 }
    }

    pub fn process(&self) -> Process {
        Process::of(self.child.id()).expect("it runs")
    }

    /// Waits for a text behind the last one that was waited for.
    #[track_caller]
    pub fn says(&mut self, text: &str) {
        self.says_like(&regex::escape(text));
    }

    /// The same for a pattern.
    #[track_caller]
    pub fn says_like(&mut self, pattern: &str) {
        let end = Instant::now() + PATIENCE;
        let looked_for = Regex::new(pattern).unwrap();
        loop {
            if let Some(found) = looked_for.find(&self.read.stdout[self.seen..]) {
                self.seen += found.end();
                return;
            }
            match self.screen.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.read.stdout.push_str(&String::from_utf8_lossy(&bytes)),
                Err(error) => panic!("no {pattern:?} ({error}) from {:?}", self.read),
            }
        }
    }

    /// Enter is `\r`, Ctrl-C is `\u{3}`.
    pub fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    pub fn has_size(&self, columns: u16, lines: u16) {
        tcsetwinsize(&self.keyboard, Winsize { ws_row: lines, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    }

    /// Waits for its end; everything that was written.
    #[track_caller]
    pub fn ends(mut self) -> Output {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.screen.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.read.stdout.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(error) => panic!("no end ({error}) of {:?}", self.read),
            }
        }
        let status = self.child.wait().unwrap();
        self.read.code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
        self.read.clone()
    }
}

/// The same in a session whose terminal stdin is. (util-linux: without it that would take unsafe code.)
fn with_terminal(command: &Command) -> Command {
    let mut owned = Command::new("setsid");
    owned.args(["--ctty", "--wait"]).arg(command.get_program()).args(command.get_args());
    owned.current_dir(command.get_current_dir().unwrap()).env("TERM", "xterm").env_remove("CI");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => owned.env(name, value),
            None => owned.env_remove(name),
        };
    }
    owned
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
