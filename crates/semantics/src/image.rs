//! Images as Azure takes them.

pub mod architecture;
pub mod floating;
pub mod pull;
pub mod registry;
