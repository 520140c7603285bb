//! How many answers of which kind: counted without a lock or an allocation.

use model::Answers;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Kinds that are told apart; a container that makes up more of them does not fill the memory.
const KINDS: usize = 128;
/// The status that all further kinds are told under.
const FURTHER: u16 = 999;

#[derive(Debug)]
pub(crate) struct Codes {
    slots: [Slot; KINDS],
    further: AtomicU64,
}

#[derive(Debug)]
struct Slot {
    /// 0: nobody's yet.
    key: AtomicU32,
    count: AtomicU64,
}

impl Default for Codes {
    fn default() -> Self {
        let slot = |_| Slot { key: AtomicU32::new(0), count: AtomicU64::new(0) };
        Self { slots: std::array::from_fn(slot), further: AtomicU64::new(0) }
    }
}

impl Codes {
    pub(crate) fn count(&self, status: u16, model_status: u16) {
        let key = key(status, model_status);
        let first = key.wrapping_mul(0x9E37_79B1) as usize;
        for step in 0..KINDS {
            let slot = &self.slots[first.wrapping_add(step) % KINDS];
            if slot.is(key) {
                slot.count.fetch_add(1, Relaxed);
                return;
            }
        }
        self.further.fetch_add(1, Relaxed);
    }

    /// By status, then by the model's.
    pub(crate) fn answers(&self) -> Vec<Answers> {
        let mut answers: Vec<Answers> = self.slots.iter().filter_map(Slot::answers).collect();
        answers.sort_by_key(|answers| (answers.status, answers.model_status));
        let count = self.further.load(Relaxed);
        answers.extend((count > 0).then_some(Answers { status: FURTHER, model_status: 0, count }));
        answers
    }
}

impl Slot {
    /// Whether the slot counts this kind, from now on if it was nobody's.
    fn is(&self, key: u32) -> bool {
        match self.key.load(Relaxed) {
            0 => self.key.compare_exchange(0, key, Relaxed, Relaxed).map_or_else(|taken| taken == key, |_| true),
            taken => taken == key,
        }
    }

    fn answers(&self) -> Option<Answers> {
        let key = self.key.load(Relaxed).checked_sub(1)?;
        Some(Answers { status: (key >> 16) as u16, model_status: key as u16, count: self.count.load(Relaxed) })
    }
}

fn key(status: u16, model_status: u16) -> u32 {
    (u32::from(status) << 16 | u32::from(model_status)) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart_and_their_number_is_bounded() {
        let codes = Codes::default();
        for (status, model) in [(424, 503), (200, 200), (0, 0), (200, 200)] {
            codes.count(status, model);
        }
        let told = |answers: &Answers| (answers.status, answers.model_status, answers.count);
        let found: Vec<_> = codes.answers().iter().map(told).collect();
        assert_eq!(found, [(0, 0, 1), (200, 200, 2), (424, 503, 1)]);
        (1000..2000).for_each(|model| codes.count(424, model));
        let answers = codes.answers();
        assert_eq!(answers.len(), KINDS + 1);
        assert_eq!(answers.last().map(told), Some((FURTHER, 0, 1000 - (KINDS as u64 - 3))));
    }
}
