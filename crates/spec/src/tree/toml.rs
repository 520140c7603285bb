//! TOML as the same tree, so that the overlay gets the same messages.

use super::build::Fault;
use super::{Entry, Node, Value};
use crate::source::{At, Source};
use std::ops::Range;
use std::rc::Rc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub fn document(source: &Rc<Source>, text: &str) -> Result<Node, Fault> {
    let reader = Reader { source, text };
    let table = DeTable::parse(text).map_err(|error| Fault {
        message: error.message().lines().next().unwrap_or("not TOML").to_owned(),
        at: reader.at(error.span().unwrap_or_default()),
    })?;
    Ok(Node { value: reader.table(table.get_ref()), at: At::start(source) })
}

struct Reader<'a> {
    source: &'a Rc<Source>,
    text: &'a str,
}

impl Reader<'_> {
    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let read = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Integer(number) => number_of(number.as_str(), number.radix()),
            DeValue::Float(number) => Value::Float(number.as_str().replace('_', "").parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        Node { value: read, at: self.at(value.span()) }
    }

    fn table(&self, table: &DeTable<'_>) -> Value {
        let entry = |(key, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| Entry {
            key: Node { value: Value::Text(key.get_ref().clone().into_owned()), at: self.at(key.span()) },
            value: self.node(value),
        };
        let mut entries: Vec<Entry> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| (entry.key.at.line, entry.key.at.column));
        Value::Map(entries)
    }

    fn at(&self, span: Range<usize>) -> At {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let line = before.matches('\n').count() + 1;
        let length = self.text.get(span).map_or(0, |text| text.lines().next().unwrap_or_default().chars().count());
        At { source: Rc::clone(self.source), line, column, length }
    }
}

fn number_of(digits: &str, radix: u32) -> Value {
    i64::from_str_radix(digits, radix).map_or_else(|_| Value::Text(digits.to_owned()), Value::Int)
}
