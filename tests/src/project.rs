//! A project folder of a test, and the verbs that are run in it.

use crate::{Endpoint, Foreground, Home, Output, Process, Terminal, Value, leftovers};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone)]
pub struct Project {
    pub home: Home,
    pub path: PathBuf,
}

impl Project {
    pub(crate) fn new(home: Home, path: PathBuf) -> Self {
        Self { home, path }
    }

    /// `local-endpoint WORDS` in this folder.
    pub fn run<const N: usize>(&self, words: [&str; N]) -> Output {
        self.with([], words)
    }

    /// The same with variables: `project.with([("DOCKER_HOST", "unix:///nonexistent")], ["doctor"])`.
    pub fn with<const V: usize, const N: usize>(&self, variables: [(&str, &str); V], words: [&str; N]) -> Output {
        let mut command = self.home.command(&self.path);
        command.envs(variables).args(words);
        Output::of(&self.home, command)
    }

    /// Words that are put together elsewhere.
    pub fn words(&self, words: &[&str]) -> Output {
        let mut command = self.home.command(&self.path);
        command.args(words);
        Output::of(&self.home, command)
    }

    /// `local-endpoint up -d WORDS`.
    pub fn up<const N: usize>(&self, words: [&str; N]) -> Output {
        let mut command = self.home.command(&self.path);
        command.args(["up", "-d"]).args(words);
        Output::of(&self.home, command)
    }

    /// `local-endpoint up -d WORDS`, which succeeds: the endpoint, ready for requests.
    pub fn serves<const N: usize>(&self, words: [&str; N]) -> Endpoint {
        let mut command = self.home.command(&self.path);
        command.args(["up", "-d", "-o", "json"]).args(words);
        let document = Output::of(&self.home, command).succeeds().json();
        Endpoint::new(self.clone(), document)
    }

    /// The endpoint that is up already.
    pub fn running(&self) -> Endpoint {
        let mut document = self.run(["status", "-o", "json"]).succeeds().json();
        document["endpoints"] = document["emulators"][0]["endpoints"].clone();
        Endpoint::new(self.clone(), document)
    }

    /// `local-endpoint WORDS`, left running.
    pub fn foreground<const N: usize>(&self, words: [&str; N]) -> Foreground {
        let mut command = self.home.command(&self.path);
        command.args(words);
        Foreground::start(&self.home, command)
    }

    /// Words that are put together elsewhere.
    pub fn foreground_words(&self, words: &[&str]) -> Foreground {
        let mut command = self.home.command(&self.path);
        command.args(words);
        Foreground::start(&self.home, command)
    }

    /// `local-endpoint WORDS` on a terminal, left running.
    pub fn terminal(&self, words: &[&str]) -> Terminal {
        self.terminal_with([], words)
    }

    /// The same with variables.
    pub fn terminal_with<const V: usize>(&self, variables: [(&str, &str); V], words: &[&str]) -> Terminal {
        let mut command = self.home.command(&self.path);
        command.envs(variables).args(words);
        Terminal::start(&self.home, &command)
    }

    /// `local-endpoint WORDS` with variables, left running.
    pub fn foreground_with<const V: usize, const N: usize>(
        &self,
        variables: [(&str, &str); V],
        words: [&str; N],
    ) -> Foreground {
        let mut command = self.home.command(&self.path);
        command.envs(variables).args(words);
        Foreground::start(&self.home, command)
    }

    /// A line as it is pasted into a shell.
    pub fn shell(&self, line: &str) -> Output {
        Output::of(&self.home, self.home.shell(&self.path, line))
    }

    /// Replaces text in one of its files.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        std::fs::write(self.path.join(file), text.replace(from, to)).unwrap();
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path.join(file), text).unwrap();
    }

    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path.join(file)).unwrap()
    }

    pub fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.read(file)).unwrap()
    }

    /// No container, process or temporary folder of this project, or of its home, is left.
    pub fn left_nothing(&self) {
        let left = leftovers::of(self.home.root(), &self.path);
        assert!(left.is_empty(), "left behind:\n{}", left.join("\n"));
    }

    /// Ids of its containers, stopped ones too.
    pub fn containers(&self) -> Vec<String> {
        leftovers::containers(&self.path)
    }

    /// Every process that belongs to this home: emulators, watchdogs, instances of the process engine.
    pub fn processes(&self) -> Vec<Process> {
        Process::mentioning(self.home.root())
    }
}

/// The checkout these tests belong to.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
