//! The catalogue: one data row per error, by where it arises.

/// What `check` finds before anything starts.
pub mod check;
/// The engine, images and environments.
pub mod engine;
/// The emulator itself: state, ports, operations.
pub mod local;
/// What is decided before anything runs.
pub mod plan;
/// Answers of the scoring front end.
pub mod serving;
/// YAML and the project folder.
pub mod spec;
/// A deployment that does not come up.
pub mod start;

use crate::Row;

/// Every row. Names are unique.
pub const ALL: &[&[&Row]] =
    &[spec::ROWS, start::ROWS, engine::ROWS, plan::ROWS, serving::ROWS, local::ROWS, check::ROWS];

/// Writes a module's rows as constants and lists them, so that no row can be forgotten.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident: $origin:ident, $exit:ident, $code:literal, $title:literal, $remedy:literal, $link:literal;)*) => {
        $($(#[$doc])* pub const $name: $crate::Code = $crate::Code::of(&$crate::Row {
            code: $code, origin: $crate::Origin::$origin, exit: $crate::Exit::$exit,
            title: $title, remedy: $remedy, doc: $link,
        });)*
        pub const ROWS: &[&$crate::Row] = &[$($name.row()),*];
    };
}
pub(crate) use rows;
