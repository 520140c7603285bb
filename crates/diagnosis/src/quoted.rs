//! A word of a command that a person pastes.

/// As a shell takes it.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_what_was_meant() {
        let rows =
            [("a/b_1.yml", "a/b_1.yml"), ("env/a one.yml", "'env/a one.yml'"), ("it's", r"'it'\''s'"), ("", "''")];
        rows.iter().for_each(|(text, expected)| assert_eq!(quoted(text), *expected));
    }
}
