//! How a fixed pattern is written down once.

/// `pattern!(NAME, r"...")`: a compiled pattern as a static.
macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($text).expect("a pattern of ours compiles"));
    };
}
pub(crate) use pattern;
