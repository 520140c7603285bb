//! Promises that every verb keeps.

use super::Args;
use clap::{Command, CommandFactory};

fn verbs(command: &Command) -> Vec<&Command> {
    command.get_subcommands().flat_map(|verb| [verb].into_iter().chain(verbs(verb))).collect()
}

#[test]
fn the_arguments_are_well_formed() {
    Args::command().debug_assert();
}

#[test]
fn every_help_has_an_example() {
    let args = Args::command();
    let told = |verb: &&Command| verb.get_after_help().is_some_and(|help| help.to_string().contains("local-endpoint "));
    let without: Vec<&str> = verbs(&args).into_iter().filter(|verb| !told(verb)).map(Command::get_name).collect();
    assert_eq!(without, Vec::<&str>::new());
}

#[test]
fn every_example_can_be_read() {
    let args = Args::command();
    let mut unread = vec![];
    for help in verbs(&args).into_iter().filter_map(|verb| verb.get_after_help().map(ToString::to_string)) {
        for line in help.lines().filter_map(|line| line.split_once("local-endpoint ").map(|(_, line)| line)) {
            let words = words(line.split("   ").next().unwrap_or_default());
            if let Err(error) =
                Args::command().try_get_matches_from(["local-endpoint".to_owned()].into_iter().chain(words))
            {
                unread.push(format!("{line}: {error}"));
            }
        }
    }
    assert_eq!(unread, Vec::<String>::new());
}

/// As a shell splits them, up to a redirection or another command.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quote, mut open) = (vec![], None, false);
    for letter in line.chars() {
        match (letter, quote) {
            ('\'' | '"', None) => (quote, open) = (Some(letter), open),
            (letter, Some(mark)) if letter == mark => quote = None,
            (' ', None) => open = false,
            ('>' | '|' | ')', None) => break,
            (letter, _) if open => words.last_mut().into_iter().for_each(|word: &mut String| word.push(letter)),
            (letter, _) => {
                words.push(letter.to_string());
                open = true;
            }
        }
    }
    words
}

/// az's words, and what they are here.
#[test]
fn pasted_words_of_az_are_known() {
    let args = Args::command();
    let rows = [
        ("create", "up"),
        ("update", "up"),
        ("delete", "down"),
        ("show", "status"),
        ("list", "status"),
        ("ps", "status"),
        ("get-logs", "get-logs"),
        ("get-credentials", "keys"),
        ("validate", "check"),
        ("invoke", "invoke"),
        ("exec", "run"),
    ];
    for (word, verb) in rows {
        assert_eq!(args.find_subcommand(word).map(Command::get_name), Some(verb), "{word}");
    }
}
