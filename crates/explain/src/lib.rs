//! What an error code, a status code, a pasted message or a YAML key means, here and in Azure. Pure: text in, text out.
//!
//! Azure's errors are data (`fixtures/azure-errors.toml`, in the binary), our own are the rows of `diagnosis`, keys are
//! the table of `spec`.

mod azure;
mod entry;
mod inject;
mod key;
mod list;
mod load;
mod look_up;
mod own;
mod paste;
mod print;
mod scan;
mod size;

pub use azure::{Catalogue, Here, Kind, Row, catalogue};
pub use entry::Entry;
pub use inject::{NotInjected, inject, injectable};
pub use key::KeyEntry;
pub use list::{list, print_list, print_scanned};
pub use load::{First, Room, Step, Verdict, judge, print_verdict};
pub use look_up::{Answer, look_up};
pub use print::print;
pub use scan::{Found, Scanned, scan};
pub use size::{Given, Machine, Sizing, Target, Wanted, print_size, size};
