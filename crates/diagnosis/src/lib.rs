//! What can go wrong, as data: one row per code, one type for an occurrence, one printer.

mod catalogue;
mod code;
mod occurrence;
mod place;
mod printer;
mod quoted;

pub use catalogue::{ALL, check, engine, local, plan, serving, spec, start};
pub use code::{Code, Exit, Origin, Row};
pub use occurrence::{Diagnosis, Severity};
pub use place::{Place, Snippet};
pub use printer::{Style, print, print_all};
pub use quoted::quoted;
