//! Whom a signal of ours reaches: the command and all that it has started.

use crate::exit::Code;
#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use std::time::Duration;
use tokio::process::{Child, Command};

/// From one look for what is left to the next.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(20);

/// The command's process group.
#[cfg(unix)]
#[derive(Debug, Clone, Copy)]
pub struct Group {
    leader: Option<Pid>,
    /// Our own: the terminal, which has both in its foreground, interrupts both.
    shared: bool,
}

#[cfg(unix)]
impl Group {
    /// One of its own, but where it reads from the terminal: in another group than the terminal's it would be stopped.
    pub fn start(command: &mut Command) -> std::io::Result<(Child, Self)> {
        let foreground = rustix::termios::tcgetpgrp(std::io::stdin()).ok();
        let shared = foreground == Some(rustix::process::getpgrp());
        if !shared {
            command.process_group(0);
        }
        let child = command.spawn()?;
        let leader = child.id().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        Ok((child, Self { leader, shared }))
    }

    /// One that has just ended needs no signal.
    pub fn ask(self, code: Code) {
        match code {
            Code::INTERRUPTED if self.shared => {}
            Code::INTERRUPTED => self.signal(Signal::INT),
            _ => self.signal(Signal::TERM),
        }
    }

    pub fn kill(self) {
        self.signal(Signal::KILL);
    }

    /// Resolves when nobody of it is left: who outlives a shell is told by no event.
    pub async fn left(self) {
        let lives = |leader| !self.shared && test_kill_process_group(leader).is_ok();
        while self.leader.is_some_and(lives) {
            tokio::time::sleep(LOOK).await;
        }
    }

    fn signal(self, signal: Signal) {
        let Some(leader) = self.leader else { return };
        let _ = if self.shared { kill_process(leader, signal) } else { kill_process_group(leader, signal) };
    }
}

/// Windows sends Ctrl-C to everything on the console.
#[cfg(not(unix))]
#[derive(Debug, Clone, Copy)]
pub struct Group;

#[cfg(not(unix))]
impl Group {
    pub fn start(command: &mut Command) -> std::io::Result<(Child, Self)> {
        Ok((command.spawn()?, Self))
    }

    pub fn ask(self, _: Code) {}

    pub fn kill(self) {}

    pub async fn left(self) {}
}
