//! Environments that stay for the next start.

use serde::{Deserialize, Serialize};

/// An environment that was made here: an image of ours, or a virtual environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEnvironment {
    /// The image's reference, or the environment's key.
    pub name: String,
    /// On the disk; layers that images share are counted in each.
    pub bytes: u64,
    /// When it was made, in unix seconds.
    pub made: Option<i64>,
    /// An instance stands on it.
    pub in_use: bool,
}
