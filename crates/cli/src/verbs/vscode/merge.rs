//! One of VS Code's files with our entries in it: whatever else it has stays as it is, byte for byte. Pure.

use diagnosis::{Diagnosis, Place, Snippet, local};
use jsonc_parser::ast::Value;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use jsonc_parser::errors::ParseError;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::path::Path;

/// The list of a file that our entries belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    pub name: &'static str,
    /// What tells its entries apart.
    pub key: &'static str,
    /// The file's own `version`.
    pub version: &'static str,
    /// What an entry that is there already cannot work without; all else in it is the user's.
    pub mended: &'static [&'static str],
}

#[derive(Debug, PartialEq, Eq)]
pub struct Merged {
    pub text: String,
    /// The entries that were added, by name.
    pub added: Vec<String>,
    pub mended: Vec<String>,
}

/// The file as VS Code makes it.
const FRESH: &str = "{\n    \"version\": \"VERSION\",\n    \"LIST\": []\n}\n";
const BYTE_ORDER_MARK: char = '\u{feff}';

/// # Errors
/// `EditorFileInvalid`: the file is no JSON with comments, or the list is none.
pub fn merged(file: &Path, text: Option<&str>, list: List, entries: &[Entry]) -> Result<Merged, Diagnosis> {
    let fresh = FRESH.replace("VERSION", list.version).replace("LIST", list.name);
    let whole = text.filter(|text| !text.trim().is_empty()).unwrap_or(&fresh);
    let text = whole.strip_prefix(BYTE_ORDER_MARK).unwrap_or(whole);
    has_room(file, text, list)?;
    let root = CstRootNode::parse(text, &as_vscode_reads()).map_err(|error| broken(file, text, &error))?;
    let object = root.object_value_or_set();
    if object.get("version").is_none() {
        object.append("version", CstInputValue::String(list.version.to_owned()));
    }
    let array = object.array_value_or_set(list.name);
    let (mut added, mut mended) = (vec![], vec![]);
    for Entry { name, parts } in entries {
        match named(&array, list.key, name) {
            None => {
                array.append(CstInputValue::Object(parts.clone()));
                added.push(name.clone());
            }
            Some(there) if mend(&there, list.mended, parts) => mended.push(name.clone()),
            Some(_) => {}
        }
    }
    let mark = whole.starts_with(BYTE_ORDER_MARK).then_some(BYTE_ORDER_MARK);
    Ok(Merged { text: mark.into_iter().chain(root.to_string().chars()).collect(), added, mended })
}

/// One of ours.
#[derive(Debug)]
pub struct Entry {
    name: String,
    /// All its keys, the name first.
    parts: Vec<(String, CstInputValue)>,
}

impl Entry {
    pub fn new<const N: usize>(list: List, name: String, rest: [(&str, CstInputValue); N]) -> Self {
        let first = (list.key, CstInputValue::String(name.clone()));
        let parts = std::iter::once(first).chain(rest).map(|(key, value)| (key.to_owned(), value)).collect();
        Self { name, parts }
    }
}

fn named(array: &CstArray, key: &str, name: &str) -> Option<CstObject> {
    array.elements().iter().filter_map(CstNode::as_object).find(|object| text_of(object, key).as_deref() == Some(name))
}

fn text_of(object: &CstObject, key: &str) -> Option<String> {
    object.get(key)?.value()?.as_string_lit()?.decoded_value().ok()
}

/// Whether anything of it had to change.
fn mend(there: &CstObject, keys: &[&str], parts: &[(String, CstInputValue)]) -> bool {
    let wanted = parts.iter().filter(|(key, _)| keys.contains(&key.as_str()));
    wanted.map(|(key, value)| set(there, key, value)).fold(false, |one, other| one | other)
}

/// Objects are mended key by key; lists keep what they have, and get what is missing of ours.
fn set(object: &CstObject, key: &str, wanted: &CstInputValue) -> bool {
    let Some(there) = object.get(key) else {
        object.append(key, wanted.clone());
        return true;
    };
    let value = there.value();
    match (wanted, value) {
        (_, Some(value)) if is(&value, wanted) => false,
        (CstInputValue::Object(parts), Some(CstNode::Container(_))) if there.object_value().is_some() => {
            let inner = there.object_value_or_set();
            parts.iter().map(|(key, part)| set(&inner, key, part)).fold(false, |one, other| one | other)
        }
        (CstInputValue::Array(elements), Some(_)) if there.array_value().is_some() => {
            let inner = there.array_value_or_set();
            let has = |wanted: &CstInputValue| inner.elements().iter().any(|element| is(element, wanted));
            let missing: Vec<_> = elements.iter().filter(|element| !has(element)).collect();
            // The first that fits counts, and what was ours before may not fit any more.
            missing.iter().rev().for_each(|element| drop(inner.insert(0, (*element).clone())));
            !missing.is_empty()
        }
        _ => {
            there.set_value(wanted.clone());
            true
        }
    }
}

fn is(node: &CstNode, wanted: &CstInputValue) -> bool {
    match wanted {
        CstInputValue::Null => node.as_null_keyword().is_some(),
        CstInputValue::Bool(value) => node.as_boolean_lit().is_some_and(|literal| literal.value() == *value),
        CstInputValue::Number(value) => node.as_number_lit().is_some_and(|literal| literal.to_string() == *value),
        CstInputValue::String(value) => {
            node.as_string_lit().and_then(|literal| literal.decoded_value().ok()).as_ref() == Some(value)
        }
        CstInputValue::Array(values) => node.as_array().is_some_and(|array| {
            let elements = array.elements();
            elements.len() == values.len() && std::iter::zip(&elements, values).all(|(one, other)| is(one, other))
        }),
        CstInputValue::Object(parts) => node.as_object().is_some_and(|object| {
            let has = |(key, part): &(String, CstInputValue)| {
                object.get(key).and_then(|property| property.value()).is_some_and(|value| is(&value, part))
            };
            object.properties().len() == parts.len() && parts.iter().all(has)
        }),
    }
}

/// The document is an object, and the list a list, or not there.
fn has_room(file: &Path, text: &str, list: List) -> Result<(), Diagnosis> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &as_vscode_reads());
    let value = parsed.map_err(|error| broken(file, text, &error))?.value;
    let wrong = match &value {
        None => None,
        Some(Value::Object(object)) => match object.get(list.name).map(|property| &property.value) {
            None | Some(Value::Array(_) | Value::NullKeyword(_)) => None,
            Some(other) => Some((other.range(), format!("`{}` is not a list", list.name))),
        },
        Some(other) => Some((other.range(), "this is not an object".to_owned())),
    };
    wrong.map_or(Ok(()), |(range, label)| Err(refused(file, text, range, label)))
}

/// Comments and trailing commas, and nothing else that JSON has not.
fn as_vscode_reads() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn broken(file: &Path, text: &str, error: &ParseError) -> Diagnosis {
    refused(file, text, error.range(), error.kind().to_string().to_lowercase())
}

fn refused(file: &Path, text: &str, range: Range, label: String) -> Diagnosis {
    let before = &text[..range.start];
    let (line, start) = (before.matches('\n').count() + 1, before.rfind('\n').map_or(0, |at| at + 1));
    let end = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at);
    let (column, length) = (
        text[start..range.start].chars().count() + 1,
        text[range.start..range.end.clamp(range.start, end)].chars().count(),
    );
    let snippet = Snippet { line: text[start..end].trim_end().to_owned(), length: length.max(1), label };
    let message = format!("{} is left as it is: it cannot be read", file.display());
    let place = Place::Yaml { file: file.to_owned(), line, column, snippet: Some(snippet) };
    Diagnosis::error(local::EDITOR_FILE_INVALID, message).at(place)
}
