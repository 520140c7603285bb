//! `explain`: what a code, a pasted error text or a YAML key means, and why a request failed.

mod request;

use crate::args;
use crate::console::Console;
use crate::exit::Code;
use crate::printed::Printed;
use control::Home;
use diagnosis::{Diagnosis, local};
use explain::{Answer, Entry, Scanned};
use model::SCHEMA_VERSION;
use serde::Serialize;
use std::io::Read;

/// Of pasted text so much is read: whole logs are longer than any error in them.
const PASTED_BYTES: u64 = 1 << 20;

pub async fn run(home: &Home, args: &args::Explain, console: &Console) -> Result<Code, Diagnosis> {
    match args.word.as_deref() {
        None => say(List { entries: explain::list() }, |_| explain::print_list(), &args.printed, console)?,
        Some("-") => pasted(&args.printed, console)?,
        Some(id) if request::is_id(id) => request::explain(home, id, &args.printed, console).await?,
        Some(word) => known(code_of(word, console), &args.printed, console)?,
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

fn known(word: &str, printed: &Printed, console: &Console) -> Result<(), Diagnosis> {
    let answer: Answer = explain::look_up(word).map_err(|near| nothing(word, &near))?;
    say(answer, explain::print, printed, console)
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

fn pasted(printed: &Printed, console: &Console) -> Result<(), Diagnosis> {
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
    say(scanned, explain::print_scanned, printed, console)
}

fn say<T: Serialize>(
    content: T,
    human: impl FnOnce(&T) -> String,
    printed: &Printed,
    console: &Console,
) -> Result<(), Diagnosis> {
    let document = Document { schema_version: SCHEMA_VERSION, content };
    printed.print(&document, console, |console| console.data(&human(&document.content)))
}
