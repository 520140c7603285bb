//! The end of an answer that has none.

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
