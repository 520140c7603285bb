//! THE seam to what runs things. Engine words only: images, launches, instances, ports; nothing of Azure.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod archive;
mod docker;
mod error;
mod kept;
mod launch;
mod lines;
mod lock;
mod pace;
#[cfg_attr(not(unix), path = "process_elsewhere.rs")]
mod process;
mod process_config;
#[cfg_attr(not(unix), path = "reaper_elsewhere.rs")]
pub mod reaper;
pub mod scripted;
mod seam;

pub use archive::of_files as archive_of;
pub use docker::{Discovery, DockerEngine, Environment, Try, discover};
pub use error::EngineError;
pub use kept::KeptEnvironment;
pub use launch::{
    About, Arg, Base, EngineKind, Exit, Found, ImageFacts, InstanceHandle, Labels, Launch, LogLine, LogSource, Memory,
    Mount, MountSource, PortUse, Ports, Pull, Recipe, Started, Stream,
};
pub use process::ProcessEngine;
pub use process_config::ProcessConfig;
pub use seam::{Engine, Report};
