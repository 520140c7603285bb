//! What a template leaves to be filled in.

/// The first `{{NAME}}` of a text.
pub fn placeholder(text: &str) -> Option<&str> {
    let from = text.find("{{")?;
    let length = text[from..].find("}}")? + "}}".len();
    Some(&text[from..from + length])
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn it_is_what_two_pairs_of_braces_hold() {
        assert_eq!(placeholder("image: {{ACR_NAME}}.azurecr.io/{{x}}"), Some("{{ACR_NAME}}"));
        assert_eq!(placeholder("é{{é}}"), Some("{{é}}"));
        assert_eq!(placeholder("a}} {{b"), None);
    }
}
