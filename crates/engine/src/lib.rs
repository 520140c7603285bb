//! THE seam to what runs things. Engine words only: images, launches, instances, ports; nothing of Azure.

mod error;
mod launch;
mod seam;

pub use error::EngineError;
pub use launch::{
    About, Arg, Base, EngineKind, Exit, Found, ImageFacts, InstanceHandle, Labels, Launch, LogLine, LogSource, Mount,
    MountSource, PortUse, Pull, Recipe, Started, Stream,
};
pub use seam::{Engine, Report};
