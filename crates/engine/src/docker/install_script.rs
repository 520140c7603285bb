//! The shell script of an installation, and the files beside it.

use crate::certificates::{OF_THE_SYSTEM, VARIABLES};
use crate::{BuildTerms, Install};
use std::fmt::Write;

/// In the container, while it is installed. Nothing of it is in the image.
pub const FOLDER: &str = "/.local-endpoint";

/// Process 1: with it everything ends, and it ends when nobody listens any more.
pub const KEEPER: &str = "/bin/sh /.local-endpoint/install.sh 2>&1 & while read -r _; do :; done";

/// Installers ask nobody, and what they would keep goes with the folder.
const MANNERS: &str = "export PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1 PIP_PROGRESS_BAR=off PIP_DISABLE_PIP_VERSION_CHECK=1 \
                       PIP_ROOT_USER_ACTION=ignore CONDA_PKGS_DIRS=/.local-endpoint/pkgs\n";

const ENDED: &str = "local-endpoint: the installation ended with";

/// The exit code that a line of the output tells.
pub fn ended(line: &str) -> Option<i64> {
    line.strip_prefix(ENDED)?.trim().parse().ok()
}

/// Paths from the root.
pub fn files(install: &Install, terms: &BuildTerms) -> Vec<(String, Vec<u8>)> {
    let folder = FOLDER.trim_start_matches('/');
    let given = terms.files.iter().map(|(name, content)| (format!("given/{name}"), content.clone()));
    let certificates = (!terms.certificates.is_empty()).then(|| ("ca.crt".to_owned(), terms.certificates.clone()));
    let script = ("install.sh".to_owned(), script(install, terms).into_bytes());
    let all = install.files.iter().cloned().chain(given).chain(certificates).chain([script]);
    all.map(|(name, content)| (format!("{folder}/{name}"), content)).collect()
}

fn script(install: &Install, terms: &BuildTerms) -> String {
    let mut script = format!("cd {FOLDER} || exit\n{MANNERS}");
    for (name, value) in &terms.variables {
        let _ = writeln!(script, "export {name}={}", quoted(value));
    }
    for (name, path) in &terms.paths {
        let _ = writeln!(script, "export {name}={}", quoted(&format!("{FOLDER}/given/{path}")));
    }
    if !terms.certificates.is_empty() {
        script.push_str(&trust());
    }
    script.push_str("steps() {\n");
    for (at, step) in install.steps.iter().enumerate() {
        let title = quoted(&format!("Step {}/{} : {step}", at + 1, install.steps.len()));
        let _ = writeln!(script, "printf '%s\\n' {title}\n( {step} ) || return");
    }
    // The code is told when nothing is left that should not be in the image.
    let _ =
        writeln!(script, "}}\nsteps\ncode=$?\ncd / && rm -rf {FOLDER} || code=1\nprintf '\\n%s %s\\n' '{ENDED}' $code");
    script
}

fn trust() -> String {
    let system = OF_THE_SYSTEM.join(" ");
    let variables = VARIABLES.map(|name| format!("{name}={FOLDER}/all.crt")).join(" ");
    format!(
        "for own in {system}; do if [ -f $own ]; then cat $own > all.crt; break; fi; done\n\
         {{ echo; cat ca.crt; }} >> all.crt\nexport {variables}\n"
    )
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_step_that_fails_ends_it_and_nothing_stays() {
        let map = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let install =
            Install { steps: ["true", "echo it's"].map(str::to_owned).to_vec(), files: vec![], env: BTreeMap::new() };
        let terms = BuildTerms {
            variables: map("PIP_INDEX_URL", "https://me:p'w@x"),
            paths: map("PIP_CONFIG_FILE", "pip.conf"),
            ..BuildTerms::default()
        };
        let expected = "cd /.local-endpoint || exit\n".to_owned()
            + MANNERS
            + "export PIP_INDEX_URL='https://me:p'\\''w@x'\n\
             export PIP_CONFIG_FILE='/.local-endpoint/given/pip.conf'\n\
             steps() {\n\
             printf '%s\\n' 'Step 1/2 : true'\n( true ) || return\n\
             printf '%s\\n' 'Step 2/2 : echo it'\\''s'\n( echo it's ) || return\n\
             }\nsteps\ncode=$?\ncd / && rm -rf /.local-endpoint || code=1\n\
             printf '\\n%s %s\\n' 'local-endpoint: the installation ended with' $code\n";
        assert_eq!(script(&install, &terms), expected);
        assert_eq!(ended("local-endpoint: the installation ended with 7"), Some(7));
        assert_eq!(ended("the installation ended with 7"), None);
    }
}
