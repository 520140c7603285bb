//! `schema`: the JSON Schema of a kind of file, for editors.

use crate::args::Schema;
use crate::console::Console;
use crate::exit::Code;
use spec::Kind;

/// Prints the schema; without a kind the kinds there are, a line each.
pub fn run(schema: &Schema, console: &Console) -> Code {
    match schema.kind {
        Some(kind) => console.json(&spec::json_schema(kind)),
        None => Kind::ALL.iter().for_each(|kind| console.data(kind.name())),
    }
    Code::OK
}
