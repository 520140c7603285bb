//! A tree against the table of keys: what az's loader would refuse, with positions.

mod lenient;
mod scalar;
mod unknown;

pub use lenient::{lenient_bool, lenient_float, lenient_int, one_of, one_of_camel};

use crate::findings::Findings;
use crate::schema::assets::ENVIRONMENT;
use crate::schema::{Block, Fate, Form, Key};
use crate::source::At;
use crate::tree::{Entry, Node, Value};
use diagnosis::{Code, Diagnosis, spec};

/// Whose rules: the messages name the one who refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    Azure,
    Overlay,
}

#[derive(Debug, Clone, Copy)]
pub struct Checker<'a> {
    pub findings: &'a Findings,
    pub rules: Rules,
    /// The outermost block, where a misplaced key may belong.
    pub root: &'static Block,
}

impl Checker<'_> {
    /// `at` is where a missing key is reported: the key that opens the block.
    pub fn block(&self, node: &Node, block: &'static Block, at: &At) {
        if !node.is_map() {
            return self.wrong(at, node, "a mapping", block.name);
        }
        if block.name == ENVIRONMENT.name && node.entry("dependencies").is_some() {
            return self.conda(node, at);
        }
        for entry in node.entries() {
            match block.key(&entry.name()) {
                Some(key) => self.entry(entry, key),
                None => self.unknown(entry, block),
            }
        }
        for key in block.all().filter(|key| key.required && node.entry(key.name).is_none()) {
            self.missing(key.name, block, at);
        }
    }

    fn entry(&self, entry: &Entry, key: &'static Key) {
        match entry.value.value {
            Value::Null if matches!(key.form, Form::Loose | Form::VersionOrNull) => {}
            Value::Null => self.null(entry),
            _ if key.fate == Fate::ReadOnly => {}
            _ => self.form(entry, &key.form, key.name),
        }
    }

    fn form(&self, entry: &Entry, form: &'static Form, name: &str) {
        let (node, at) = (&entry.value, &entry.key.at);
        match form {
            Form::Block(block) => self.block(node, block, at),
            Form::Reference { block, .. } | Form::TextOr(block) if node.is_map() => self.block(node, block, at),
            Form::Anything if !node.is_map() => self.wrong(at, node, "a mapping", name),
            Form::MapOf(form) => self.map(entry, form, name),
            Form::ListOf(form) => self.list(entry, form, name),
            Form::Anything | Form::Unchecked | Form::Loose => {}
            form => self.scalar(entry, form, name),
        }
    }

    fn map(&self, entry: &Entry, form: &'static Form, name: &str) {
        if !entry.value.is_map() {
            return self.wrong(&entry.key.at, &entry.value, "a mapping", name);
        }
        for below in entry.value.entries() {
            if below.key.text().is_none() {
                self.wrong(&below.key.at, &below.key, "a string as key", name);
            }
            match below.value.value {
                Value::Null if matches!(form, Form::Loose) => {}
                Value::Null => self.null(below),
                _ => self.form(below, form, &below.name()),
            }
        }
    }

    fn list(&self, entry: &Entry, form: &'static Form, name: &str) {
        let Value::List(items) = &entry.value.value else {
            return self.wrong(&entry.key.at, &entry.value, "a list", name);
        };
        for item in items {
            self.form(&Entry { key: item.clone(), value: item.clone() }, form, name);
        }
    }

    fn missing(&self, key: &str, block: &Block, at: &At) {
        let message = format!("`{key}` is missing from {}", block.name);
        let code = if self.rules == Rules::Azure { spec::MISSING_FIELD } else { spec::OVERLAY_INVALID };
        self.findings.add(at, format!("`{key}` belongs in here"), Diagnosis::error(code, message));
    }

    /// A frequent mistake: what conda wants, where az wants an environment.
    fn conda(&self, node: &Node, at: &At) {
        let at = node.entry("dependencies").map_or(at, |entry| &entry.key.at);
        let found = Diagnosis::error(spec::INVALID_VALUE, "this is a conda file, not an environment");
        let remedy = "an environment names it:\n      environment:\n        image: IMAGE\n        conda_file: FILE";
        self.findings.add(at, "a key of conda files", found.remedy(remedy));
    }

    fn null(&self, entry: &Entry) {
        let name = entry.name();
        let found = Diagnosis::error(self.invalid(), format!("`{name}` has no value"));
        let remedy = format!("write a value behind `{name}:`, or remove the line");
        self.findings.add(&entry.key.at, "null is not taken", found.remedy(remedy));
    }

    /// `node` is not what `name` takes.
    fn wrong(&self, at: &At, node: &Node, expected: &str, name: &str) {
        let message = format!("`{name}` is {}, not {expected}", node.described());
        self.findings.add(at, format!("expected {expected}"), Diagnosis::error(self.invalid(), message));
    }

    fn invalid(&self) -> Code {
        match self.rules {
            Rules::Azure => spec::INVALID_VALUE,
            Rules::Overlay => spec::OVERLAY_INVALID,
        }
    }
}
