//! Changing a tree.

use crate::tree::{Entry, Node, Value};

/// Sets the value below these keys; mappings on the way are made. Error: the key that holds something else.
pub fn descend<'k>(node: &mut Node, keys: &[&'k str], value: Node) -> Result<(), &'k str> {
    let (first, rest) = match keys {
        [] => return Ok(()),
        [only] => {
            put(node, only, value);
            return Ok(());
        }
        [first, rest @ ..] => (first, rest),
    };
    if node.entry(first).is_none() {
        put(node, first, Node { value: Value::Map(vec![]), at: value.at.clone() });
    }
    let below = slot(node, first).filter(|below| below.is_map()).ok_or(*first)?;
    descend(below, rest, value)
}

fn slot<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Map(entries) => entries.iter_mut().find(|entry| entry.name() == key).map(|entry| &mut entry.value),
        _ => None,
    }
}

/// Sets one key of a mapping.
pub fn put(node: &mut Node, key: &str, value: Node) {
    if let Some(old) = slot(node, key) {
        *old = value;
    } else if let Value::Map(entries) = &mut node.value {
        let key = Node { value: Value::Text(key.to_owned()), at: value.at.clone() };
        entries.push(Entry { key, value });
    }
}
