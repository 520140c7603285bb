//! The credential that was let in last: to compare it is cheaper than to hash it. Only what `semantics` has accepted
//! gets here, and it is forgotten as soon as the endpoint changes in any way.

use jiff::Timestamp;
use model::{Auth, ServedEndpoint};
use semantics::auth;
use semantics::refusal::Refusal;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use subtle::{Choice, ConstantTimeEq};

#[derive(Default)]
pub(crate) struct LastCredential(Mutex<Option<Accepted>>);

struct Accepted {
    endpoint: Arc<ServedEndpoint>,
    header: Box<[u8]>,
}

impl LastCredential {
    /// [`auth::authorize`], remembered.
    pub(crate) fn authorize(&self, header: Option<&[u8]>, endpoint: &Arc<ServedEndpoint>) -> Result<(), Refusal> {
        if header.is_some_and(|header| self.is_known(header, endpoint)) {
            return Ok(());
        }
        auth::authorize(endpoint.profile, header, &endpoint.auth, Timestamp::now().as_second())?;
        // A token may expire while nothing changes.
        if matches!(endpoint.auth, Auth::Keys(_)) {
            *self.last() = header.map(|header| Accepted { endpoint: endpoint.clone(), header: header.into() });
        }
        Ok(())
    }

    fn is_known(&self, header: &[u8], endpoint: &Arc<ServedEndpoint>) -> bool {
        let last = self.last();
        last.as_ref().is_some_and(|last| Arc::ptr_eq(&last.endpoint, endpoint) && same(&last.header, header))
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Accepted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In a time that depends on the lengths alone.
fn same(known: &[u8], given: &[u8]) -> bool {
    let (known, known_end) = known.as_chunks::<8>();
    let (given, given_end) = given.as_chunks::<8>();
    let words =
        known.iter().zip(given).map(|(known, given)| u64::from_le_bytes(*known).ct_eq(&u64::from_le_bytes(*given)));
    let all = words.fold(known_end.ct_eq(given_end), |all, word| all & word);
    (all & Choice::from(u8::from(known.len() == given.len()))).into()
}

impl fmt::Debug for LastCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastCredential")
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn every_byte_counts() {
        let known = b"Bearer 0123456789abcdef";
        assert!(same(known, known));
        assert!(!same(known, &known[..16]) && !same(&known[..16], known) && !same(known, b""));
        for at in 0..known.len() {
            let mut other = *known;
            other[at] ^= 1;
            assert!(!same(known, &other), "byte {at}");
        }
    }
}
