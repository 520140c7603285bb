//! What this person's machine tells pip and conda, so that a build in a container is told the same.

use model::BuildSettings;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Proxies, in both spellings that programs read.
const PROXIES: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/// Of pip's and conda's own variables those that mean the same elsewhere: none that names a file of this machine.
const OPTIONS: [&str; 14] = [
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_TRUSTED_HOST",
    "PIP_PROXY",
    "PIP_TIMEOUT",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_RETRIES",
    "PIP_NO_INDEX",
    "PIP_PRE",
    "PIP_PREFER_BINARY",
    "PIP_ONLY_BINARY",
    "CONDA_CHANNEL_ALIAS",
    "CONDA_CHANNEL_PRIORITY",
];

/// Variables and keys that name certificates to trust.
const TRUST: [&str; 3] = ["PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"];
const TRUST_KEYS: [&str; 2] = ["cert", "ssl_verify"];

/// A machine as far as installers look at it.
struct Machine<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    home: Option<PathBuf>,
}

/// Read where the command is given: an emulator in the background has an older environment. A file that cannot be read is
/// none, as to pip.
pub fn build_settings(variable: &dyn Fn(&str) -> Option<String>) -> BuildSettings {
    let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
    let machine = Machine { variable, home };
    let mut settings = BuildSettings { variables: machine.variables(), ..BuildSettings::default() };
    if machine.ignores_files_of_pip() {
        settings.variables.insert("PIP_CONFIG_FILE".into(), "/dev/null".into());
    } else {
        let [global, user, named] = machine.files_of_pip();
        settings.take("XDG_CONFIG_DIRS", "global", "pip/pip.conf", &global);
        settings.take("XDG_CONFIG_HOME", "user", "pip/pip.conf", &user);
        settings.take("PIP_CONFIG_FILE", "pip.conf", "", &named);
    }
    settings.take("CONDARC", "condarc", "", &machine.files_of_conda());
    settings.certificates = machine.certificates(&settings.files);
    settings
}

trait Take {
    fn take(&mut self, variable: &str, path: &str, below: &str, candidates: &[PathBuf]);
}

impl Take for BuildSettings {
    /// The first that can be read, as `path`, or in that folder.
    fn take(&mut self, variable: &str, path: &str, below: &str, candidates: &[PathBuf]) {
        if let Some(text) = candidates.iter().find_map(|file| std::fs::read_to_string(file).ok()) {
            let file = if below.is_empty() { path.to_owned() } else { format!("{path}/{below}") };
            self.files.insert(file, text);
            self.paths.insert(variable.to_owned(), path.to_owned());
        }
    }
}

impl Machine<'_> {
    fn value(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    fn variables(&self) -> BTreeMap<String, String> {
        let proxies = PROXIES.iter().flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
        let names = proxies.chain(OPTIONS.map(str::to_owned));
        let of_this_machine = |name: &str, value: &str| name == "PIP_FIND_LINKS" && !value.starts_with("http");
        names
            .filter_map(|name| Some((self.value(&name)?, name)))
            .filter(|(value, name)| !of_this_machine(name, value))
            .map(|(value, name)| (name, value))
            .collect()
    }

    fn ignores_files_of_pip(&self) -> bool {
        self.value("PIP_CONFIG_FILE").is_some_and(|file| ["/dev/null", "nul"].contains(&file.to_lowercase().as_str()))
    }

    /// Of the whole machine, of the person, and that of the variable, as pip reads them: each over the one before.
    fn files_of_pip(&self) -> [Vec<PathBuf>; 3] {
        let below = |folder: Option<PathBuf>, file: &str| folder.map(|folder| folder.join(file));
        let folder = |name: &str| self.value(name).map(PathBuf::from);
        let global = [
            below(folder("XDG_CONFIG_DIRS"), "pip/pip.conf"),
            Some("/etc/xdg/pip/pip.conf".into()),
            Some("/etc/pip.conf".into()),
            Some("/Library/Application Support/pip/pip.conf".into()),
            below(folder("ProgramData"), "pip/pip.ini"),
        ];
        let user = [
            below(folder("XDG_CONFIG_HOME"), "pip/pip.conf"),
            below(self.home.clone(), "Library/Application Support/pip/pip.conf"),
            below(self.home.clone(), ".config/pip/pip.conf"),
            below(self.home.clone(), ".pip/pip.conf"),
            below(folder("APPDATA"), "pip/pip.ini"),
        ];
        let all = |list: [Option<PathBuf>; 5]| list.into_iter().flatten().collect();
        [all(global), all(user), folder("PIP_CONFIG_FILE").into_iter().collect()]
    }

    fn files_of_conda(&self) -> Vec<PathBuf> {
        let named = self.value("CONDARC").map(PathBuf::from);
        let of_home = |file: &str| self.home.as_ref().map(|home| home.join(file));
        [named, of_home(".condarc"), of_home(".conda/.condarc"), of_home(".config/conda/.condarc")]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Of every file that installers are told to trust here.
    fn certificates(&self, files: &BTreeMap<String, String>) -> String {
        let named = TRUST.iter().filter_map(|name| self.value(name));
        let configured = files.values().flat_map(|text| text.lines().filter_map(trusted));
        let mut paths: Vec<PathBuf> = named.chain(configured).map(PathBuf::from).collect();
        paths.sort();
        paths.dedup();
        let texts = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
        texts.map(|text| text + "\n").collect()
    }
}

/// `cert = /path` of pip.conf, `ssl_verify: /path` of condarc.
fn trusted(line: &str) -> Option<String> {
    let (key, value) = line.split_once(['=', ':'])?;
    let value = value.trim().trim_matches(['"', '\'']);
    (TRUST_KEYS.contains(&key.trim()) && Path::new(value).is_absolute()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir_all, write};

    #[test]
    fn what_pip_and_conda_read_here_is_read_there() {
        let home = tempfile::tempdir().unwrap();
        let at = |file: &str| home.path().join(file);
        for (file, text) in [
            ("xdg/pip/pip.conf", "[global]\ntimeout = 5"),
            (".config/pip/pip.conf", "[global]\nindex-url = https://me:secret@index.example/simple\n"),
            ("own.conf", "[install]\ncert={ca}"),
            (".condarc", "channel_alias: https://conda.example\n"),
            ("ca.pem", "-----BEGIN CERTIFICATE-----"),
        ] {
            create_dir_all(at(file).parent().unwrap()).unwrap();
            write(at(file), text.replace("{ca}", at("ca.pem").to_str().unwrap())).unwrap();
        }
        let variables = BTreeMap::from([
            ("HOME", home.path().display().to_string()),
            ("https_proxy", "http://proxy.example:3128".to_owned()),
            ("PIP_EXTRA_INDEX_URL", "https://other.example".to_owned()),
            ("PIP_FIND_LINKS", "/srv/wheels".to_owned()),
            ("PIP_CERT", at("ca.pem").display().to_string()),
            ("PIP_CONFIG_FILE", at("own.conf").display().to_string()),
            ("XDG_CONFIG_DIRS", at("xdg").display().to_string()),
            ("SECRET_OF_ANOTHER", "x".to_owned()),
        ]);
        let variable = |name: &str| variables.get(name).cloned();
        let settings = build_settings(&variable);
        let names: Vec<_> = settings.variables.keys().collect();
        assert_eq!(names, ["PIP_EXTRA_INDEX_URL", "https_proxy"]);
        let files: Vec<_> = settings.files.keys().collect();
        assert_eq!(files, ["condarc", "global/pip/pip.conf", "pip.conf", "user/pip/pip.conf"]);
        let paths: Vec<_> = settings.paths.iter().map(|(name, path)| format!("{name}={path}")).collect();
        assert_eq!(
            paths,
            ["CONDARC=condarc", "PIP_CONFIG_FILE=pip.conf", "XDG_CONFIG_DIRS=global", "XDG_CONFIG_HOME=user"]
        );
        assert_eq!(settings.certificates, "-----BEGIN CERTIFICATE-----\n");
        assert!(!format!("{settings:?}").contains("secret"));
    }

    #[test]
    fn who_wants_no_configuration_has_none() {
        let variable = |name: &str| (name == "PIP_CONFIG_FILE").then(|| "/dev/null".to_owned());
        let settings = build_settings(&variable);
        assert_eq!(settings.variables["PIP_CONFIG_FILE"], "/dev/null");
        assert!(settings.files.is_empty() && settings.paths.is_empty());
    }
}
