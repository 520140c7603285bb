//! What a pipeline shows beside the code: a line for every error and warning, in the words that its runner reads from a
//! command's output.

use diagnosis::{Diagnosis, Place, Severity};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runner {
    /// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
    GitHub,
    /// <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>
    DevOps,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotations {
    runner: Runner,
    /// The runner knows files by their paths below it.
    checkout: PathBuf,
    /// Where relative paths may begin.
    folders: Vec<PathBuf>,
}

impl Annotations {
    /// `None`: nobody reads them.
    pub fn of_environment() -> Option<Self> {
        Self::of(|name| std::env::var(name).ok(), std::env::current_dir().unwrap_or_default())
    }

    fn of(variable: impl Fn(&str) -> Option<String>, here: PathBuf) -> Option<Self> {
        let is_true = |name: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let (runner, checkout) = match () {
            () if is_true("GITHUB_ACTIONS") => (Runner::GitHub, "GITHUB_WORKSPACE"),
            () if is_true("TF_BUILD") => (Runner::DevOps, "BUILD_SOURCESDIRECTORY"),
            () => return None,
        };
        let checkout = variable(checkout).map_or_else(|| here.clone(), PathBuf::from);
        Some(Self { runner, checkout, folders: vec![here] })
    }

    /// Files of the project's own are named from its folder on.
    pub fn in_project(mut self, project: &Path) -> Self {
        self.folders.push(project.to_owned());
        self
    }

    /// `None` for a note: a pipeline shows ten lines of a kind at most.
    pub fn line(&self, diagnosis: &Diagnosis) -> Option<String> {
        let kind = match diagnosis.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => return None,
        };
        let text = match diagnosis.advice() {
            "" => diagnosis.headline().to_owned(),
            advice => format!("{}\n{advice}", diagnosis.headline()),
        };
        let [file, line, column] = self.place(diagnosis.place.as_ref());
        Some(self.runner.line(kind, [file, line, column, Some(name(diagnosis))], &text))
    }

    /// File, line, column.
    fn place(&self, place: Option<&Place>) -> [Option<String>; 3] {
        let number = |number: &usize| Some(number.to_string());
        match place {
            Some(Place::Yaml { file, line, column, .. }) => [Some(self.file(file)), number(line), number(column)],
            Some(Place::Source { file, line }) => [Some(self.file(file)), number(line), None],
            Some(Place::File(file)) => [Some(self.file(file)), None, None],
            None | Some(Place::Flag(_) | Place::JsonPointer(_)) => [None, None, None],
        }
    }

    fn file(&self, named: &Path) -> String {
        let stands = self.folders.iter().filter_map(|folder| folder.join(named).canonicalize().ok()).next();
        let checkout = self.checkout.canonicalize().unwrap_or_else(|_| self.checkout.clone());
        let path = stands.unwrap_or_else(|| named.to_owned());
        path.strip_prefix(checkout).unwrap_or(&path).to_string_lossy().replace('\\', "/")
    }
}

/// The headline's code, and the finding's beneath it.
fn name(diagnosis: &Diagnosis) -> String {
    let code = diagnosis.code.name();
    diagnosis.cause.map_or_else(|| code.to_owned(), |cause| format!("{code}: {}", cause.name()))
}

impl Runner {
    /// `values`: file, line, column, name.
    fn line(self, kind: &str, values: [Option<String>; 4], text: &str) -> String {
        let words = match self {
            Self::GitHub => ["file", "line", "col", "title"],
            Self::DevOps => ["sourcepath", "linenumber", "columnnumber", "code"],
        };
        let given = words.iter().zip(values);
        let given: Vec<_> = given.filter_map(|(word, value)| Some(format!("{word}={}", self.value(&value?)))).collect();
        let text = self.text(text);
        match self {
            Self::GitHub => format!("::{kind} {}::{text}", given.join(",")),
            Self::DevOps => format!("##vso[task.logissue type={kind};{}]{text}", given.join(";")),
        }
    }

    fn text(self, text: &str) -> String {
        let percent = if self == Self::GitHub { "%25" } else { "%AZP25" };
        text.replace('%', percent).replace('\r', "%0D").replace('\n', "%0A")
    }

    fn value(self, text: &str) -> String {
        let text = self.text(text);
        match self {
            Self::GitHub => text.replace(':', "%3A").replace(',', "%2C"),
            Self::DevOps => text.replace(';', "%3B").replace(']', "%5D"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnosis::{local, start};

    fn annotations(variables: &[(&str, &str)]) -> Option<Annotations> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
        Annotations::of(variable, "/checkout/examples".into())
    }

    #[test]
    fn a_runner_is_known_by_its_variables() {
        let runner = |variables: &[(&str, &str)]| annotations(variables).map(|it| (it.runner, it.checkout));
        let rows = [
            (vec![], None),
            (vec![("GITHUB_ACTIONS", "false"), ("GITHUB_WORKSPACE", "/checkout")], None),
            (vec![("GITHUB_ACTIONS", "true")], Some((Runner::GitHub, "/checkout/examples"))),
            (vec![("GITHUB_ACTIONS", "true"), ("GITHUB_WORKSPACE", "/c")], Some((Runner::GitHub, "/c"))),
            (vec![("TF_BUILD", "True"), ("BUILD_SOURCESDIRECTORY", "/c")], Some((Runner::DevOps, "/c"))),
        ];
        for (variables, expected) in rows {
            assert_eq!(runner(&variables), expected.map(|(runner, path)| (runner, path.into())), "{variables:?}");
        }
    }

    #[test]
    fn each_runner_has_its_words() {
        let at = |line| Place::Source { file: "/checkout/a,b;c.py".into(), line };
        let error =
            Diagnosis::error(start::RESOURCE_NOT_READY, "50% of it: gone").caused_by(start::USER_SCRIPT_NOT_FOUND);
        let error = error.at(at(3)).remedy("mend]\nit");
        let warning = Diagnosis::warning(local::INTERNAL, "odd").remedy("look");
        let rows = [
            (
                "GITHUB_ACTIONS",
                "GITHUB_WORKSPACE",
                &error,
                "::error file=a%2Cb;c.py,line=3,title=ResourceNotReady%3A UserScriptNotFound::50%25 of it: gone%0Amend]%0Ait",
            ),
            (
                "TF_BUILD",
                "BUILD_SOURCESDIRECTORY",
                &error,
                "##vso[task.logissue type=error;sourcepath=a,b%3Bc.py;linenumber=3;code=ResourceNotReady: UserScriptNotFound]50%AZP25 of it: gone%0Amend]%0Ait",
            ),
            ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", &warning, "::warning title=InternalServerError::odd%0Alook"),
            (
                "TF_BUILD",
                "BUILD_SOURCESDIRECTORY",
                &warning,
                "##vso[task.logissue type=warning;code=InternalServerError]odd%0Alook",
            ),
        ];
        for (is, checkout, diagnosis, expected) in rows {
            let annotations = annotations(&[(is, "true"), (checkout, "/checkout")]).expect("a runner");
            assert_eq!(annotations.line(diagnosis).as_deref(), Some(expected));
        }
        let note = Diagnosis::note(local::INTERNAL, "");
        assert_eq!(annotations(&[("TF_BUILD", "true")]).expect("a runner").line(&note), None);
    }

    #[test]
    fn files_are_named_from_the_checkout_on() {
        let checkout = tempfile::tempdir().expect("a folder");
        let project = checkout.path().join("projects/one");
        std::fs::create_dir_all(project.join("src")).expect("made");
        std::fs::write(project.join("src/score.py"), "").expect("written");
        let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_WORKSPACE", checkout.path().to_str().expect("UTF-8"))];
        let annotations = annotations(&variables).expect("a runner").in_project(&project);
        let rows = ["src/score.py".into(), project.join("src/score.py")];
        for named in rows {
            assert_eq!(annotations.file(&named), "projects/one/src/score.py");
        }
        assert_eq!(annotations.file(Path::new("elsewhere.py")), "elsewhere.py");
    }
}
