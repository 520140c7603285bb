use super::*;

/// Lines of a `.dockerignore`, a path, and whether it stays out. From Docker's documentation of the file and the tests
/// of moby/patternmatcher.
const ROWS: &[(&str, &str, bool)] = &[
    ("# a comment\nsecret", "secret", true),
    ("# secret", "# secret", false),
    (" secret ", "secret", true),
    ("secret", "sub/secret", false),
    ("secret", "secret/below/it", true),
    ("/secret", "secret", true),
    ("./a/../secret/", "secret", true),
    ("*/temp*", "somedir/temporary.txt", true),
    ("*/temp*", "a/b/temporary.txt", false),
    ("*/*/temp*", "a/b/temporary.txt", true),
    ("temp?", "tempa", true),
    ("temp?", "temp", false),
    ("temp?", "tem/p", false),
    ("**/*.go", "main.go", true),
    ("**/*.go", "a/b/main.go", true),
    ("**", "a/b", true),
    ("**/file", "dir/file", true),
    ("**/file", "dir/file/below", true),
    ("dir/**", "dir/a/b", true),
    ("dir/**", "dir", false),
    ("abc.def", "abcdef", false),
    ("abc?def", "abcZdef", true),
    ("a[b-d]e", "ace", true),
    ("a[^b-d]e", "ace", false),
    ("a\\*b", "a*b", true),
    ("a\\*b", "axb", false),
    ("c++*", "c++filt", true),
    ("(a|b)", "a", false),
    ("a.b$", "a.b$", true),
    ("*.md\n!README.md", "README.md", false),
    ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true),
    ("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false),
    ("dir\n!dir/keep", "dir/keep", false),
    ("dir\n!dir/keep", "dir/other", true),
    ("*\n! keep", "keep", false),
    ("", "anything", false),
    (".\n/\n./\na/..\n!.\n! /\nsecret", "secret", true),
    (".\n/\n./\na/..", "anything", false),
];

#[test]
fn docker_s_own_rules() {
    for (lines, path, expected) in ROWS {
        assert_eq!(Ignored::parse(lines).unwrap().holds(path), *expected, "{lines:?} {path}");
    }
}

#[test]
fn a_folder_is_only_looked_into_for_an_exception_below_it() {
    let ignored = Ignored::parse("*\n!a/b/keep\n!**/all").unwrap();
    assert!(ignored.lets_out_of("a") && ignored.lets_out_of("a/b"));
    assert!(!ignored.lets_out_of("c") && !ignored.lets_out_of("a/c"));
}

#[test]
fn buildkit_looks_everywhere_for_an_exception_with_wildcards() {
    for (lines, expected) in [
        ("**\n!**/*.py", true),
        ("*\n!a?/keep", true),
        ("*\n!app", false),
        ("*\n!app/**\n!app/*", false),
        ("**/*.py\n!app", false),
    ] {
        assert_eq!(Ignored::parse(lines).unwrap().lets_out_anywhere(), expected, "{lines:?}");
    }
}

#[test]
fn some_files_are_always_sent() {
    let ignored = Ignored::parse("*").unwrap().but(&["docker/Dockerfile"]);
    assert!(!ignored.holds("docker/Dockerfile") && ignored.holds("docker/other"));
    assert!(ignored.lets_out_of("docker"));
}

#[test]
fn what_is_no_pattern_is_named() {
    assert_eq!(Ignored::parse("a\n[b").unwrap_err(), "`[b` is no pattern");
    for line in ["!", "! "] {
        assert_eq!(Ignored::parse(line).unwrap_err(), "`!` is no pattern");
    }
}
