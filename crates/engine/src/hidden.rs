//! Credentials that installers are given in addresses, taken out of what they say.

use regex::Regex;
use std::sync::LazyLock;

/// `https://user:password@host`, `https://token@host`, and conda's `https://host/t/TOKEN/channel`.
static CREDENTIALS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"://(?:([^\s/:@"']*):)?([^\s/@"']+)@|/t/([A-Za-z0-9][A-Za-z0-9-]{7,})/"#;
    Regex::new(pattern).expect("a pattern of ours compiles")
});

const SHOWN: &str = "****";

/// Shorter ones would hide half the log, and are no secrets.
const LEAST: usize = 4;

#[derive(Debug, Clone, Default)]
pub struct Hidden(Vec<String>);

impl Hidden {
    pub fn of(texts: impl Iterator<Item = String>) -> Self {
        let mut secrets = vec![];
        for text in texts {
            for found in CREDENTIALS.captures_iter(&text) {
                let secret = found.get(2).or(found.get(3)).map(|secret| secret.as_str()).unwrap_or_default();
                secrets.extend([secret.to_owned(), decoded(secret)].into_iter().filter(|it| it.len() >= LEAST));
            }
        }
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self(secrets)
    }

    pub fn out_of(&self, line: String) -> String {
        self.0.iter().fold(line, |line, secret| if line.contains(secret) { line.replace(secret, SHOWN) } else { line })
    }
}

/// `p%40ss` -> `p@ss`: some tools print what they sent.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(part[2..].bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend(part.bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_in_no_line() {
        let texts = [
            "https://me:p%40ss-word@index.example/simple",
            "[global]\nextra-index-url = https://aTokenOfMine@other.example/simple\n",
            "channels:\n- https://conda.example/t/tk-1234-abcd/private\n",
            "http://proxy.example:3128",
        ];
        let hidden = Hidden::of(texts.into_iter().map(str::to_owned));
        let rows = [
            ("Looking in https://me:p%40ss-word@index.example", "Looking in https://me:****@index.example"),
            ("sent p@ss-word and aTokenOfMine", "sent **** and ****"),
            ("CondaHTTPError for /t/tk-1234-abcd/private", "CondaHTTPError for /t/****/private"),
            ("http://proxy.example:3128 refuses me", "http://proxy.example:3128 refuses me"),
        ];
        for (line, expected) in rows {
            assert_eq!(hidden.out_of(line.to_owned()), expected);
        }
    }
}
