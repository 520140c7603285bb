//! What is installed in a base, as its own Python tells it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// `3.11.2`.
    pub python: String,
    /// Version by name, of what Python knows; names as indexes compare them.
    pub packages: BTreeMap<String, String>,
    /// The same of what conda has installed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conda: BTreeMap<String, String>,
}

/// Prints an inventory as a line of JSON.
pub(crate) const ASK: &str = r#"
import glob, json, os, re, sys
from importlib import metadata
found = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
packages = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found.items()}
installed = [os.path.basename(path)[:-5].rsplit("-", 2) for path in glob.glob(sys.prefix + "/conda-meta/*.json")]
conda = {parts[0]: parts[1] for parts in installed if len(parts) == 3}
print(json.dumps({"python": "%d.%d.%d" % sys.version_info[:3], "packages": packages, "conda": conda}))
"#;

/// `None`: this is none.
pub(crate) fn told(text: &str) -> Option<Inventory> {
    text.lines().rev().find_map(|line| serde_json::from_str(line).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inventory_is_the_last_line_that_is_one() {
        let text = "warning: x\n{\"python\": \"3.11.2\", \"packages\": {\"flask\": \"3.1.3\"}, \"conda\": {}}\n\n";
        let found = told(text).unwrap();
        assert_eq!((found.python.as_str(), found.packages["flask"].as_str()), ("3.11.2", "3.1.3"));
        assert_eq!(told("Traceback (most recent call last):"), None);
    }
}
