//! THE seam to what runs things. Engine words only: images, launches, instances, ports; nothing of Azure.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod archive;
mod build_context;
mod certificates;
mod docker;
mod entry;
mod error;
mod hidden;
mod index;
mod inventory;
mod kept;
mod launch;
mod lines;
mod linked;
mod links;
mod lock;
mod pace;
mod packed;
mod pieces;
#[cfg_attr(not(unix), path = "process_elsewhere.rs")]
mod process;
mod process_config;
mod readable;
#[cfg_attr(not(unix), path = "reaper_elsewhere.rs")]
pub mod reaper;
pub mod scripted;
mod seam;
mod terms;
mod transcript;

pub use archive::of_files as archive_of;
pub use build_context::BuildContext;
pub use docker::{Discovery, DockerEngine, Environment, Try, discover, registry};
pub use entry::{Entered, Entry, Here, Piece, Session, There};
pub use error::EngineError;
pub use inventory::Inventory;
pub use kept::KeptEnvironment;
pub use launch::{
    About, Access, Arg, Base, EngineKind, Exit, Found, Ids, ImageFacts, ImageSource, Install, InstanceHandle, Labels,
    Launch, LogLine, LogSource, Memory, Mount, MountSource, Outward, PortUse, Ports, Pull, Recipe, Started, Stream,
    WayBack,
};
pub use linked::{Linked, linked};
pub use lock::FileLock;
pub use process::ProcessEngine;
pub use process_config::ProcessConfig;
pub use readable::unreadable;
pub use seam::{Engine, Report};
pub use terms::BuildTerms;
