//! An answer that the front end gives itself.

use model::Reason;
use std::borrow::Cow;

/// A complete answer without the container's part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub reason: Reason,
    /// `content-type`; empty for none.
    pub content_type: &'static str,
    /// `<name>` in it stands for the endpoint's name: ask [`Refusal::words`].
    pub body: &'static str,
    /// Headers beyond those every answer carries.
    pub headers: &'static [(&'static str, &'static str)],
}

/// Azure's refusals are plain text, never JSON.
pub(crate) const TEXT: &str = "text/plain";

impl Refusal {
    /// Plain text, no further headers.
    pub(crate) const fn text(status: u16, reason: Reason, body: &'static str) -> Self {
        Self { status, reason, content_type: TEXT, body, headers: &[] }
    }

    /// The body as it is sent.
    pub fn words(&self, endpoint: &str) -> Cow<'static, str> {
        match self.body.split_once("<name>") {
            None => Cow::Borrowed(self.body),
            Some((before, after)) => Cow::Owned(format!("{before}{endpoint}{after}")),
        }
    }
}

/// No positive weight, or a name that is not there. The code is documented, the (empty) body is inferred.
pub const NO_ROUTE: Refusal = Refusal { content_type: "", ..Refusal::text(404, Reason::NoRoute, "") };
