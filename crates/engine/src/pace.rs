//! Progress, but not more often than a person can read it.

use std::time::{Duration, Instant};

const LEAST: Duration = Duration::from_secs(1);

/// True at the first call and then at most once a second.
#[derive(Debug, Default)]
pub struct Pace {
    last: Option<Instant>,
}

impl Pace {
    pub fn due(&mut self) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= LEAST);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }
}
