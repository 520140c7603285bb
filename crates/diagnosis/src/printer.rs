//! The one printer: a diagnosis as the text a person reads on a terminal.

use crate::{Code, Diagnosis, Origin, Place, Row, Severity};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, Title};
use std::fmt::Write;

/// Whether escape codes may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Coloured,
}

/// Several diagnoses, a blank line between them.
pub fn print_all(diagnoses: &[Diagnosis], style: Style) -> String {
    diagnoses.iter().map(|diagnosis| print(diagnosis, style)).collect::<Vec<_>>().join("\n")
}

/// One diagnosis: headline, place, facts, log tail, remedy. Ends with a line end.
pub fn print(diagnosis: &Diagnosis, style: Style) -> String {
    let mut text = headline(diagnosis, style);
    text.push('\n');
    place(diagnosis, style, &mut text);
    facts(diagnosis, &mut text);
    log_tail(diagnosis, &mut text);
    remedy(diagnosis, &mut text);
    text
}

fn headline(diagnosis: &Diagnosis, style: Style) -> String {
    let title = level(diagnosis.severity).primary_title(diagnosis.headline()).id(diagnosis.code.name());
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    renderer.render(&[located(title, diagnosis)])
}

fn located<'a>(title: Title<'a>, diagnosis: &'a Diagnosis) -> Group<'a> {
    let group = Group::with_title(title);
    match &diagnosis.place {
        Some(Place::Yaml { file, line, column, snippet: Some(found) }) => group.element(
            Snippet::source(&found.line)
                .path(file.to_string_lossy().into_owned())
                .line_start(*line)
                .annotation(AnnotationKind::Primary.span(span(&found.line, *column, found.length)).label(&found.label)),
        ),
        _ => group,
    }
}

/// A place whose text is not known: the arrow alone, as the renderer draws it before a snippet.
fn place(diagnosis: &Diagnosis, style: Style, text: &mut String) {
    let place = match &diagnosis.place {
        None | Some(Place::Yaml { snippet: Some(_), .. }) => return,
        Some(Place::Yaml { file, line, column, .. }) => format!("{}:{line}:{column}", file.display()),
        Some(Place::Source { file, line }) => format!("{}:{line}", file.display()),
        Some(Place::File(file)) => file.display().to_string(),
        Some(Place::Flag(text) | Place::JsonPointer(text)) => text.clone(),
    };
    let arrow = match style {
        Style::Plain => anstyle::Style::new(),
        Style::Coloured => anstyle::AnsiColor::BrightBlue.on_default().bold(),
    };
    let _ = writeln!(text, " {arrow}-->{arrow:#} {place}");
}

/// Columns count characters; the renderer wants bytes.
fn span(line: &str, column: usize, length: usize) -> std::ops::Range<usize> {
    let byte = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at);
    let start = byte(column.saturating_sub(1));
    start..byte(column.saturating_sub(1) + length.max(1)).max(start)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn facts(diagnosis: &Diagnosis, text: &mut String) {
    if diagnosis.severity == Severity::Error {
        line(text, "origin", &who(diagnosis.code));
    }
    if let Some(cause) = diagnosis.cause {
        line(text, "cause", &format!("{} ({})", cause.name(), finding(cause)));
    }
    for (name, value) in &diagnosis.facts {
        line(text, name, value);
    }
}

fn who(code: Code) -> String {
    match code.row().origin {
        Origin::Azure => "Azure".into(),
        Origin::Local => "local-endpoint".into(),
    }
}

fn finding(cause: Code) -> &'static str {
    match cause.row().origin {
        Origin::Azure => "our finding, Azure's name",
        Origin::Local => "our finding",
    }
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  = {name}: {value}");
}

fn log_tail(diagnosis: &Diagnosis, text: &mut String) {
    if diagnosis.log_tail.is_empty() {
        return;
    }
    line(text, "log", "the last lines");
    for entry in &diagnosis.log_tail {
        let _ = writeln!(text, "      | {entry}");
    }
}

fn remedy(diagnosis: &Diagnosis, text: &mut String) {
    if !diagnosis.advice().is_empty() {
        line(text, "help", diagnosis.advice());
    }
    let doc = diagnosis.cause.unwrap_or(diagnosis.code).row().doc;
    if !doc.is_empty() {
        line(text, "see", &Row::address(doc));
    }
}
