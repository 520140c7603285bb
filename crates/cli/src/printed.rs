//! `-o` and `--query`: a verb's document in the form that was asked for, as az prints one.

mod coloured;
mod query;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod tsv;

use crate::console::Console;
use clap::{Args as Group, ValueEnum};
use diagnosis::{Diagnosis, local};
use query::Others;
pub use query::Query;
pub use rows::deployments;
use rows::rows;
use serde::Serialize;
use serde_json::Value;

/// The forms of az, and one for people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    #[default]
    Human,
    Json,
    Jsonc,
    Yaml,
    Yamlc,
    Table,
    Tsv,
    None,
}

#[derive(Debug, Clone, Default, Group)]
pub struct Printed {
    /// Form of what is printed
    #[arg(short, long, value_name = "FORMAT", default_value = "human", env = "LOCAL_ENDPOINT_OUTPUT", hide_env = true)]
    pub output: Output,
    /// Print what this JMESPath finds in the document, as JSON without -o
    #[arg(long, value_name = "JMESPATH", value_parser = Query::parse)]
    pub query: Option<Query>,
}

impl Printed {
    /// The document itself is not wanted.
    pub fn is_human(&self) -> bool {
        self.output == Output::Human && self.query.is_none()
    }

    /// The document, or what is printed for people.
    pub fn print(
        &self,
        document: &impl Serialize,
        console: &Console,
        human: impl FnOnce(&Console),
    ) -> Result<(), Diagnosis> {
        self.print_rows(document, rows, console, human)
    }

    /// Of a document whose lines in a table are not simply those of its list.
    pub fn print_rows(
        &self,
        document: &impl Serialize,
        rows: fn(Value) -> Value,
        console: &Console,
        human: impl FnOnce(&Console),
    ) -> Result<(), Diagnosis> {
        if self.is_human() {
            human(console);
            return Ok(());
        }
        let document = serde_json::to_value(document)
            .map_err(|error| Diagnosis::error(local::INTERNAL, format!("the document cannot be written: {error}")))?;
        let text = self.text(document, rows)?;
        if !text.is_empty() {
            console.data(text.trim_end_matches('\n'));
        }
        Ok(())
    }

    /// az prints nothing where a query finds nothing.
    fn text(&self, document: Value, rows: fn(Value) -> Value) -> Result<String, Diagnosis> {
        let is_shown_in_rows = self.query.is_none() && matches!(self.output, Output::Table | Output::Tsv);
        let others = if self.output == Output::Tsv { Others::Sorted } else { Others::AsInTheDocument };
        let found = match &self.query {
            Some(query) => query.find(&document, others)?,
            None if is_shown_in_rows => rows(document),
            None => document,
        };
        if found.is_null() {
            return Ok(String::new());
        }
        Ok(match self.output {
            Output::Human | Output::Json => serde_json::to_string_pretty(&found).unwrap_or_default(),
            Output::Jsonc => coloured::json(&found),
            Output::Yaml => yaml(&found),
            Output::Yamlc => coloured::yaml(&yaml(&found)),
            Output::Table => table::table(&found)?,
            Output::Tsv => tsv::tsv(&found),
            Output::None => String::new(),
        })
    }
}

fn yaml(value: &Value) -> String {
    serde_yaml::to_string(value).unwrap_or_default()
}
