//! The end of an answer that has none.

use semantics::refusal::Refusal;
use std::fmt;

/// The answer is cut: the client sees a body without its end.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the container's answer has no end")
    }
}

impl std::error::Error for Cut {}

/// Why there is no answer of a container to pass on.
pub(crate) enum Unscored {
    Refused(Refusal),
    /// There is one, and on purpose the client gets nothing.
    Lost,
}

impl From<Refusal> for Unscored {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The whole answer is lost: the client sees its connection end without one, as by a front end that dies. Goes with the
/// response through the Router, which passes no errors on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost;

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is lost on purpose")
    }
}

impl std::error::Error for Lost {}
