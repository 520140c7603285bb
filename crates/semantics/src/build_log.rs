//! Why an environment could not be built, as the words of pip and conda tell it.

mod conda;
mod pip;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildFinding {
    /// One sentence that names the package.
    pub what: String,
    pub remedy: &'static str,
    /// The requirement as its owner may have written it, or the name of the package.
    pub pin: Option<String>,
}

impl BuildFinding {
    fn new(what: impl Into<String>, remedy: &'static str) -> Self {
        Self { what: what.into(), remedy, pin: None }
    }

    fn of(self, pin: &str) -> Self {
        Self { pin: Some(pin.trim().to_owned()), ..self }
    }
}

/// `None`: no words that are known.
pub fn explain(log: &str) -> Option<BuildFinding> {
    pip::RULES.iter().chain(conda::RULES).find_map(|rule| rule(log))
}

type Rule = fn(&str) -> Option<BuildFinding>;
