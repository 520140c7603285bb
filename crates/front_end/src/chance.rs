//! The draws that pick a deployment: by chance, or repeatable from a seed.

use std::sync::{Mutex, PoisonError};

#[derive(Debug)]
pub(crate) struct Chance(Option<Mutex<fastrand::Rng>>);

impl Chance {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map(|seed| Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    /// Uniform below 2^32.
    pub(crate) fn draw(&self) -> u32 {
        match &self.0 {
            Some(seeded) => seeded.lock().unwrap_or_else(PoisonError::into_inner).u32(..),
            None => fastrand::u32(..),
        }
    }
}
