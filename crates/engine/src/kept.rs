//! What stays for the next start.

use serde::{Deserialize, Serialize};

/// An environment that was made here (an image of ours, a virtual environment), or an image that was pulled for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEnvironment {
    /// The image's reference, or the environment's key.
    pub name: String,
    /// On the disk; layers that images share are counted in each.
    pub bytes: u64,
    /// Pulled by us under this name, not made.
    #[serde(default)]
    pub pulled: bool,
    /// When it was made or pulled, in unix seconds.
    pub made: Option<i64>,
    /// An instance stands on it.
    pub in_use: bool,
}
