//! From a YAML parser's events to the tree.

use super::{Entry, Node, Value, merge, tagged, versions};
use crate::source::{At, Source};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use std::collections::HashMap;
use std::rc::Rc;

/// More nodes than this, aliases expanded, is an attack or a mistake.
const NODES: usize = 250_000;
const DEPTH: usize = 100;
/// Further right nobody looks for a colon: the time stays bounded on one endless line.
const WIDE: usize = 2000;

/// The text is not one YAML document that `safe_load` would take.
#[derive(Debug)]
pub struct Fault {
    pub message: String,
    pub at: At,
}

/// A document, and the keys in it that a later key of the same name overrides.
#[derive(Debug)]
pub struct Document {
    /// Null for an empty text.
    pub root: Node,
    pub overridden: Vec<Overridden>,
    /// Scalars that YAML 1.2 reads differently.
    pub ambiguous: Vec<Ambiguous>,
}

#[derive(Debug)]
pub struct Ambiguous {
    pub text: String,
    pub at: At,
    /// What it is to YAML 1.1, and to az; and to YAML 1.2.
    pub read: Value,
    pub newer: &'static str,
}

#[derive(Debug)]
pub struct Overridden {
    pub key: Node,
    pub by: At,
}

type Next<'a> = (Event<'a>, Span);

struct Builder<'a> {
    /// The line that was looked at last, and the text from there on.
    reached: (usize, &'a str),
    parser: Parser<'a, StrInput<'a>>,
    source: Rc<Source>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    overridden: Vec<Overridden>,
    ambiguous: Vec<Ambiguous>,
}

/// Parses the text of a source.
pub fn document(source: &Rc<Source>, text: &str) -> Result<Document, Fault> {
    if let Some(fault) = unprintable(source, text) {
        return Err(fault);
    }
    let parser = Parser::new_from_str(text);
    let mut builder = Builder {
        reached: (1, text),
        parser,
        source: Rc::clone(source),
        anchors: HashMap::new(),
        nodes: 0,
        overridden: vec![],
        ambiguous: vec![],
    };
    let root = builder.root()?;
    Ok(Document { root, overridden: builder.overridden, ambiguous: builder.ambiguous })
}

/// A character that PyYAML refuses anywhere.
fn unprintable(source: &Rc<Source>, text: &str) -> Option<Fault> {
    let taken =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    let (before, c) = text.char_indices().find(|(_, c)| !taken(*c)).map(|(at, c)| (&text[..at], c))?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    let at = At {
        source: Rc::clone(source),
        line: before.matches('\n').count() + 1,
        column: line.chars().count(),
        length: 1,
    };
    Some(Fault { message: format!("the character U+{:04X} is not allowed in YAML", u32::from(c)), at })
}

/// A `!!set` is no mapping to Python.
fn keys(entries: Vec<Entry>) -> Value {
    Value::List(entries.into_iter().map(|entry| entry.key).collect())
}

impl<'a> Builder<'a> {
    fn root(&mut self) -> Result<Node, Fault> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                _ if root.is_some() => {
                    return Err(self.fault("a second document starts here; az reads exactly one", span));
                }
                event => root = Some(self.node((event, span), 0)?),
            }
        }
        Ok(root.unwrap_or_else(|| Node { value: Value::Null, at: At::start(&self.source) }))
    }

    fn next(&mut self) -> Result<Next<'a>, Fault> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(self.fault(error.info(), Span::empty(*error.marker()))),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, (event, span): Next<'a>, depth: usize) -> Result<Node, Fault> {
        self.count(1, span)?;
        if depth > DEPTH {
            return Err(self.fault("nested more than 100 levels deep", span));
        }
        let (anchor, value) = match event {
            Event::Alias(id) => return self.alias(id, span),
            Event::Scalar(text, style, anchor, tag) => {
                let value =
                    tagged::value(&text, style, tag.as_deref()).map_err(|message| self.fault(&message, span))?;
                if style == ScalarStyle::Plain && tag.is_none() {
                    self.note(&text, &value, span);
                }
                (anchor, value)
            }
            Event::SequenceStart(anchor, tag) => {
                self.collection(tag.as_deref(), &["seq", "omap", "pairs"], span)?;
                (anchor, Value::List(self.list(depth)?))
            }
            Event::MappingStart(anchor, tag) => {
                self.collection(tag.as_deref(), &["map", "set"], span)?;
                let entries = self.map(depth)?;
                let set = tag.is_some_and(|tag| tag.suffix == "set");
                (anchor, if set { keys(entries) } else { Value::Map(entries) })
            }
            _ => return Err(self.fault("a value is missing here", span)),
        };
        let node = Node { value, at: self.at(span) };
        if anchor > 0 {
            self.count(node.size(), span)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn note(&mut self, text: &str, value: &Value, span: Span) {
        if let Some(newer) = versions::differently(text, value) {
            let (text, read, at) = (text.to_owned(), value.clone(), self.at(span));
            self.ambiguous.push(Ambiguous { text, at, read, newer });
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, Fault> {
        let mut items = vec![];
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                next => items.push(self.node(next, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Vec<Entry>, Fault> {
        let mut entries = vec![];
        loop {
            let next = match self.next()? {
                (Event::MappingEnd, _) => break,
                next => next,
            };
            let merges = matches!(&next.0, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<");
            if self.nothing(&next) {
                return Err(self.fault("a key is missing before the colon", next.1));
            }
            let key = self.node(next, depth + 1)?;
            let next = self.next()?;
            let value = self.node(next, depth + 1)?;
            entries.push((merges, self.checked(key)?, value));
        }
        merge::flatten(entries, &mut self.overridden)
            .map_err(|at| Fault { message: "`<<` takes a mapping or a list of mappings".into(), at })
    }

    /// `: value`: a null key to YAML 1.2, an error to PyYAML.
    fn nothing(&mut self, (event, span): &Next<'a>) -> bool {
        let empty = matches!(event, Event::Scalar(text, ScalarStyle::Plain, 0, None) if text.is_empty());
        empty && span.start.col() < WIDE && self.line(span.start.line()).chars().nth(span.start.col()) == Some(':')
    }

    /// A line of the text, counted from 1; asked for in rising order, so that all of them together are read once.
    fn line(&mut self, wanted: usize) -> &'a str {
        while self.reached.0 < wanted {
            let Some(end) = self.reached.1.find('\n') else { break };
            self.reached = (self.reached.0 + 1, &self.reached.1[end + 1..]);
        }
        self.reached.1.lines().next().unwrap_or_default()
    }

    /// A tag on a list or a mapping, as `safe_load` takes it.
    fn collection(&self, tag: Option<&Tag>, allowed: &[&str], span: Span) -> Result<(), Fault> {
        match tag {
            Some(tag) if tag.is_yaml_core_schema() && allowed.contains(&tag.suffix.as_str()) => Ok(()),
            Some(tag) if tag.handle == "!" && tag.suffix.is_empty() => Ok(()),
            Some(tag) => Err(self.fault(&format!("unknown tag {}{}", tag.handle, tag.suffix), span)),
            None => Ok(()),
        }
    }

    fn checked(&self, key: Node) -> Result<Node, Fault> {
        match key.value {
            Value::List(_) | Value::Map(_) => {
                Err(Fault { message: "a list or a mapping cannot be a key".into(), at: key.at })
            }
            _ => Ok(key),
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<Node, Fault> {
        let Some(node) = self.anchors.get(&id).cloned() else {
            return Err(self.fault("this alias names an anchor that is not complete yet", span));
        };
        self.count(node.size(), span)?;
        Ok(node)
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Fault> {
        self.nodes += nodes;
        if self.nodes > NODES { Err(self.fault("more than 250000 values, aliases expanded", span)) } else { Ok(()) }
    }

    fn fault(&self, message: &str, span: Span) -> Fault {
        Fault { message: message.to_owned(), at: self.at(span) }
    }

    fn at(&self, span: Span) -> At {
        let (start, end) = (span.start, span.end);
        let length = if start.line() == end.line() { end.col().saturating_sub(start.col()) } else { usize::MAX };
        At { source: Rc::clone(&self.source), line: start.line().max(1), column: start.col(), length }
    }
}
