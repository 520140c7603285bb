//! The conda file as the base's own conda gets it.

use serde_json::{Value, json};

/// The same with further lines in its pip list. JSON is YAML, too.
pub fn with(document: &Value, added: &[String]) -> String {
    let mut document = document.clone();
    let dependencies = document.get_mut("dependencies").and_then(Value::as_array_mut);
    if let (Some(dependencies), false) = (dependencies, added.is_empty()) {
        let list = dependencies.iter_mut().find_map(|it| it.get_mut("pip")?.as_array_mut());
        match list {
            Some(list) => list.extend(added.iter().map(|line| json!(line))),
            None => dependencies.extend([json!("pip"), json!({ "pip": added })]),
        }
    }
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_goes_into_the_pip_list() {
        let added = ["server<=1".to_owned()];
        let rows = [
            (
                json!({"dependencies": ["a", {"pip": ["b"]}]}),
                json!({"dependencies": ["a", {"pip": ["b", "server<=1"]}]}),
            ),
            (json!({"dependencies": ["a"]}), json!({"dependencies": ["a", "pip", {"pip": ["server<=1"]}]})),
        ];
        for (document, expected) in rows {
            assert_eq!(serde_json::from_str::<Value>(&with(&document, &added)).unwrap(), expected);
            assert_eq!(serde_json::from_str::<Value>(&with(&document, &[])).unwrap(), document);
        }
    }
}
