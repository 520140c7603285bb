//! `explain`: what a code, a pasted error text or a YAML key means.

use crate::args::{self, Output};
use crate::console::Console;
use crate::exit::Code;
use diagnosis::{Diagnosis, local};
use explain::{Answer, Entry, Scanned};
use model::SCHEMA_VERSION;
use serde::Serialize;
use std::io::Read;

/// Of pasted text so much is read: whole logs are longer than any error in them.
const PASTED_BYTES: u64 = 1 << 20;

pub fn run(args: &args::Explain, console: &Console) -> Result<Code, Diagnosis> {
    match args.query.as_deref() {
        None => list(args.output, console),
        Some("-") => pasted(args.output, console)?,
        Some(query) => word(code_of(query, console), args.output, console)?,
    }
    Ok(Code::OK)
}

#[derive(Serialize)]
struct Document<T> {
    schema_version: u32,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct List {
    entries: Vec<Entry>,
}

fn list(output: Output, console: &Console) {
    match output {
        Output::Json => say(List { entries: explain::list() }, console),
        Output::Human => console.data(&explain::print_list()),
    }
}

fn word(query: &str, output: Output, console: &Console) -> Result<(), Diagnosis> {
    let answer: Answer = explain::look_up(query).map_err(|near| nothing(query, &near))?;
    match output {
        Output::Json => say(answer, console),
        Output::Human => console.data(&explain::print(&answer)),
    }
    Ok(())
}

/// An id of `check` stands for its code.
fn code_of<'a>(query: &'a str, console: &Console) -> &'a str {
    let Some(row) = check::ROWS.iter().find(|row| row.id.eq_ignore_ascii_case(query)) else { return query };
    console.note(&format!("note: {} of `check` is {}", row.id, row.code.name()));
    row.code.name()
}

fn nothing(query: &str, near: &[String]) -> Diagnosis {
    let unknown = Diagnosis::error(local::NOTHING_TO_EXPLAIN, format!("nothing is known by the name '{query}'"));
    match near {
        [] => unknown,
        near => unknown.remedy(format!("did you mean {}?", near.join(" or "))),
    }
}

fn pasted(output: Output, console: &Console) -> Result<(), Diagnosis> {
    let mut bytes = vec![];
    let read = std::io::stdin().lock().take(PASTED_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Diagnosis::error(diagnosis::spec::UNREADABLE, format!("stdin cannot be read: {error}")))?;
    if bytes.len() as u64 == PASTED_BYTES {
        console.note("note: only the first MiB was read");
    }
    let scanned: Scanned = explain::scan(&String::from_utf8_lossy(&bytes));
    if !scanned.unknown.is_empty() {
        console.note(&format!("note: not known here: {}", scanned.unknown.join(", ")));
    }
    if scanned.found.is_empty() {
        let nothing = Diagnosis::error(local::NOTHING_TO_EXPLAIN, "no known error is in this text");
        return Err(nothing);
    }
    match output {
        Output::Json => say(scanned, console),
        Output::Human => console.data(&explain::print_scanned(&scanned)),
    }
    Ok(())
}

fn say<T: Serialize>(content: T, console: &Console) {
    console.json(&Document { schema_version: SCHEMA_VERSION, content });
}
