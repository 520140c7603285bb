//! How a command ends.

use crate::console::Console;
use diagnosis::{Diagnosis, Exit};
use std::process::ExitCode;

/// A documented exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(pub u8);

impl Code {
    pub const OK: Self = Self(Exit::Ok as u8);
    pub const USER: Self = Self(Exit::UserThingFailed as u8);
    pub const USAGE: Self = Self(Exit::Usage as u8);
    pub const NO_ENGINE: Self = Self(Exit::EngineUnavailable as u8);
    pub const INTERRUPTED: Self = Self(130);
    pub const TERMINATED: Self = Self(143);

    /// Prints the error; its own exit code.
    pub fn failed(console: &Console, error: &Diagnosis) -> Self {
        console.say(error);
        Self(error.exit() as u8)
    }

    pub fn of(result: Result<Self, Diagnosis>, console: &Console) -> Self {
        result.unwrap_or_else(|error| Self::failed(console, &error))
    }
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code.0)
    }
}
