//! Single values: text strict, numbers and booleans as lenient as az.

use super::lenient::{lenient_bool, lenient_float, lenient_int, one_of, one_of_camel};
use super::{Checker, Rules};
use crate::schema::Form;
use crate::tree::{Entry, Value};
use diagnosis::{Diagnosis, spec};
use semantics::nearest::nearest;

/// How a written value is compared with the allowed ones.
type Matching = fn(&str, &'static [&'static str]) -> Option<&'static str>;

impl Checker<'_> {
    pub(super) fn scalar(&self, entry: &Entry, form: &Form, name: &str) {
        let node = &entry.value;
        match form {
            Form::Int if lenient_int(node).is_none() => self.wrong_value(entry, "a whole number", name),
            Form::Rate if !lenient_float(node).is_some_and(|it| (0.0..=1.0).contains(&it)) => {
                self.wrong_value(entry, "a number from 0 to 1", name);
            }
            Form::Id if !node.text().is_some_and(|it| it.starts_with("azureml:")) => {
                self.wrong_value(entry, "`azureml:NAME`", name);
            }
            Form::Bool if lenient_bool(node).is_none() => self.wrong_value(entry, "true or false", name),
            Form::OneOf(allowed) => self.one_of(entry, (allowed, one_of), name),
            Form::OneOfCamel(allowed) => self.one_of(entry, (allowed, one_of_camel), name),
            Form::Version | Form::VersionOrNull
                if !matches!(node.value, Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_)) =>
            {
                self.wrong_value(entry, "a string or a number", name);
            }
            Form::Text if node.text().is_none() => self.not_text(entry, name),
            Form::TextOr(_) | Form::Reference { .. } if node.text().is_none() => {
                self.wrong_value(entry, "a string or a mapping", name);
            }
            Form::Reference { file, .. } => self.reference(entry, *file, name),
            Form::PathOrMap if node.text().is_none() && !node.is_map() => {
                self.wrong_value(entry, "a path or a mapping", name)
            }
            _ => {}
        }
    }

    fn one_of(&self, entry: &Entry, (allowed, matching): (&'static [&'static str], Matching), name: &str) {
        let Some(written) = entry.value.text() else {
            return self.not_text(entry, name);
        };
        if matching(written, allowed).is_some() {
            return;
        }
        let list = allowed.join(", ");
        let found = Diagnosis::error(self.invalid(), format!("`{written}` is not a value of `{name}`"));
        let label = nearest(written, allowed.iter().copied())
            .map_or_else(|| format!("expected one of: {list}"), |meant| format!("did you mean `{meant}`?"));
        self.findings.add(&entry.value.at, label, found.remedy(format!("`{name}` takes: {list}")));
    }

    /// Text is strict: a number, a boolean or a date has to be quoted.
    fn not_text(&self, entry: &Entry, name: &str) {
        let node = &entry.value;
        if let Some(path) = node.get("local_path") {
            let found = Diagnosis::error(self.invalid(), format!("`{name}` is a mapping, not a string"));
            let remedy = format!("write `{name}: {}`", path.written());
            return self.findings.add(&entry.key.at, "the form of the 2021 preview", found.remedy(remedy));
        }
        if matches!(node.value, Value::List(_) | Value::Map(_)) || self.rules == Rules::Overlay {
            return self.wrong_value(entry, "a string", name);
        }
        let written = node.written();
        let found = Diagnosis::error(self.invalid(), format!("`{name}` is {}, not a string", node.kind()));
        let remedy = format!("put it in quotes: {name}: \"{written}\"");
        self.findings.add(&node.at, "expected a string", found.remedy(remedy));
    }

    fn reference(&self, entry: &Entry, file: bool, name: &str) {
        let text = entry.value.text().unwrap_or_default();
        if text.starts_with("azureml:") || file && text.starts_with("file:") {
            return;
        }
        let found = Diagnosis::error(
            spec::INVALID_VALUE,
            format!("`{text}` is not a reference to {name_of}", name_of = article(name)),
        );
        let remedy = match (name, file) {
            ("environment", _) if text.contains(['/', ':']) && !text.ends_with(".yml") && !text.ends_with(".yaml") => {
                format!("for an image write:\n      environment:\n        image: {text}")
            }
            ("environment", _) if text.ends_with(".yml") || text.ends_with(".yaml") => format!(
                "for a conda file write:\n      environment:\n        image: IMAGE\n        conda_file: {text}\n      \
                 for an environment's YAML write `environment: file:{text}`"
            ),
            (_, true) => format!("write `azureml:{text}:VERSION`, `file:PATH` or a mapping (`image:`, `conda_file:`)"),
            _ if text.contains(['/', '.']) => format!("for a local path write:\n      {name}:\n        path: {text}"),
            _ => format!("write `azureml:{text}:VERSION`, or for a local path:\n      {name}:\n        path: {text}"),
        };
        self.findings.add(&entry.value.at, "expected `azureml:NAME:VERSION`, or a mapping", found.remedy(remedy));
    }

    fn wrong_value(&self, entry: &Entry, expected: &str, name: &str) {
        let at = match entry.value.value {
            Value::List(_) | Value::Map(_) => &entry.key.at,
            _ => &entry.value.at,
        };
        self.wrong(at, &entry.value, expected, name);
    }
}

fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}
