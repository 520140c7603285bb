//! `jsonc` and `yamlc`. Where stdout takes no colours, they are taken out on the way.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{Result, Write};

const KEY: Style = AnsiColor::BrightBlue.on_default().bold();
const TEXT: Style = AnsiColor::Green.on_default();
const NUMBER: Style = AnsiColor::Cyan.on_default();
const WORD: Style = AnsiColor::Magenta.on_default();

pub fn json(value: &Value) -> String {
    let mut bytes = vec![];
    let formatter = Coloured { pretty: PrettyFormatter::new(), in_key: false };
    // Neither a vector nor a Value can fail.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter));
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Coloured {
    pretty: PrettyFormatter<'static>,
    in_key: bool,
}

fn word<W: ?Sized + Write>(writer: &mut W, style: Style, text: &str) -> Result<()> {
    write!(writer, "{style}{text}{style:#}")
}

impl Formatter for Coloured {
    fn write_null<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        word(writer, WORD, "null")
    }

    fn write_bool<W: ?Sized + Write>(&mut self, writer: &mut W, value: bool) -> Result<()> {
        word(writer, WORD, if value { "true" } else { "false" })
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> Result<()> {
        word(writer, NUMBER, &value.to_string())
    }

    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> Result<()> {
        word(writer, NUMBER, &value.to_string())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> Result<()> {
        word(writer, NUMBER, &Value::from(value).to_string())
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        write!(writer, "{}\"", if self.in_key { KEY } else { TEXT })
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        write!(writer, "\"{:#}", TEXT)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.in_key = true;
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.in_key = false;
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.pretty.end_object_value(writer)
    }
}

/// Keys alone: what stands behind one is seen by its place.
pub fn yaml(text: &str) -> String {
    text.lines().map(|line| yaml_line(line) + "\n").collect()
}

fn yaml_line(line: &str) -> String {
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let (before, rest) = line.split_at(start);
    match rest.split_once(':') {
        Some((key, behind)) if behind.is_empty() || behind.starts_with(' ') => {
            format!("{before}{KEY}{key}{KEY:#}:{behind}")
        }
        _ => line.to_owned(),
    }
}
