//! An answer that the front end gives itself.

use model::Reason;

/// A complete answer without the container's part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub reason: Reason,
    /// `content-type`; empty for none.
    pub content_type: &'static str,
    pub body: &'static str,
    /// Headers beyond those every answer carries.
    pub headers: &'static [(&'static str, &'static str)],
}
