//! The state folder, against real folders.
#![allow(clippy::unwrap_used, clippy::result_large_err)]

use control::KeyName;
use control::home::Home;
use control::state::{ProcessId, ProjectFolder, ProjectState, RunningEmulator, all_projects, claim, find_endpoint};
use diagnosis::{Exit, local};
use model::EndpointName;
use std::path::Path;
use tempfile::TempDir;

/// A person with an empty home and two projects.
struct Person {
    folder: TempDir,
    home: Home,
}

impl Person {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home { state: folder.path().join("state"), cache: folder.path().join("cache") };
        for project in ["one", "two"] {
            std::fs::create_dir(folder.path().join(project)).unwrap();
        }
        Self { folder, home }
    }

    fn project(&self, name: &str) -> (ProjectFolder, ProjectState) {
        let path = self.folder.path().join(name).canonicalize().unwrap();
        (ProjectFolder::of(&self.home, &path).unwrap(), ProjectState::new(&path))
    }

    fn running(&self, name: &str, endpoint: &str, process: ProcessId) -> (ProjectFolder, ProjectState) {
        let (folder, mut state) = self.project(name);
        state.endpoints = vec![EndpointName::new(endpoint)];
        state.emulator = Some(RunningEmulator { process, control_port: 1, token_file: folder.token_file() });
        (folder, state)
    }
}

fn killed() -> ProcessId {
    ProcessId { started: "another process".into(), ..ProcessId::own() }
}

#[test]
fn state_comes_back_as_it_was_written() {
    let person = Person::new();
    let (folder, mut state) = person.running("one", "credit", ProcessId::own());
    assert_eq!(folder.read().unwrap(), None);
    state.scoring_ports.insert(EndpointName::new("credit"), 20_123);
    folder.write(&state).unwrap();
    assert_eq!(folder.read().unwrap(), Some(state.clone()));
    let written: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("state.json")).unwrap()).unwrap();
    assert_eq!(written["schema_version"], 1);
    assert_eq!(written["emulator"]["pid"], std::process::id());
    assert_eq!(written["scoring_ports"]["credit"], 20_123);
}

#[test]
fn a_project_has_one_folder_however_its_path_is_written() {
    let person = Person::new();
    let (folder, _) = person.project("one");
    let roundabout = person.folder.path().join("two/../one/.");
    assert_eq!(ProjectFolder::of(&person.home, &roundabout).unwrap(), folder);
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    assert!(name.len() == 16 && name.chars().all(|c| c.is_ascii_hexdigit()), "{name}");
}

#[cfg(unix)]
#[test]
fn state_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let person = Person::new();
    let (folder, state) = person.project("one");
    folder.write(&state).unwrap();
    folder.keys(&EndpointName::new("credit"), None).unwrap();
    folder.new_token().unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path()), 0o700);
    for file in ["state.json", "keys.json", "token"] {
        assert_eq!(mode(&folder.path().join(file)), 0o600, "{file}");
    }
}

#[test]
fn newer_state_is_left_alone_and_says_how_to_take_it_down() {
    let person = Person::new();
    let (folder, state) = person.project("one");
    folder.create().unwrap();
    let file = folder.path().join("state.json");
    let newer = r#"{"schema_version": 2, "project": "/p's q", "executable": "/new/local-endpoint", "other": []}"#;
    std::fs::write(&file, newer).unwrap();

    let lock = folder.lock().unwrap().unwrap();
    for fault in [folder.read().unwrap_err(), folder.write(&state).unwrap_err(), folder.forget(lock).unwrap_err()] {
        assert_eq!((fault.code, fault.exit()), (local::STATE_NEWER, Exit::UserThingFailed));
        let line = "take it down with the version that started it: `cd '/p'\\''s q' && /new/local-endpoint down`";
        assert_eq!(fault.advice(), line);
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), newer);
    assert_eq!(all_projects(&person.home).unwrap().faults.len(), 1);
}

#[test]
fn damaged_state_is_told_not_swallowed() {
    let person = Person::new();
    let (folder, _) = person.project("one");
    folder.create().unwrap();
    std::fs::write(folder.path().join("state.json"), "{\"schema_ver").unwrap();
    assert_eq!(folder.read().unwrap_err().code, local::STATE_UNREADABLE);
}

#[test]
fn state_that_cannot_be_written_names_the_folder() {
    let person = Person::new();
    std::fs::write(&person.home.state, "a file stands where the folder should be").unwrap();
    let (folder, state) = person.project("one");
    let fault = folder.write(&state).unwrap_err();
    assert_eq!((fault.code, fault.exit()), (local::STATE_UNWRITABLE, Exit::EngineUnavailable));
    assert!(fault.headline().starts_with(&folder.path().display().to_string()), "{}", fault.headline());
}

#[test]
fn an_endpoint_name_is_for_one_living_emulator() {
    let person = Person::new();
    let (one, first) = person.running("one", "credit", ProcessId::own());
    let (two, second) = person.running("two", "credit", ProcessId::own());
    claim(&person.home, &one, &first).unwrap();
    claim(&person.home, &one, &first).unwrap();
    let fault = claim(&person.home, &two, &second).unwrap_err();
    assert_eq!((fault.code, fault.exit()), (local::ENDPOINT_ALREADY_EXISTS, Exit::UserThingFailed));
    assert_eq!(fault.headline(), format!("endpoint credit is already up from {}", first.project.display()));
    assert_eq!(two.read().unwrap(), None);
}

#[test]
fn a_killed_emulator_does_not_keep_its_names() {
    let person = Person::new();
    let (one, first) = person.running("one", "credit", killed());
    let (two, second) = person.running("two", "credit", ProcessId::own());
    one.write(&first).unwrap();
    claim(&person.home, &two, &second).unwrap();
    let found = find_endpoint(&person.home, &EndpointName::new("credit")).unwrap();
    let alive: Vec<_> = found.iter().map(|project| (project.state.project.clone(), project.state.alive())).collect();
    assert_eq!(alive, [(first.project, false), (second.project, true)]);
}

#[test]
fn of_many_that_want_the_lock_one_gets_it() {
    let person = Person::new();
    let (folder, _) = person.project("one");
    let start = std::sync::Barrier::new(8);
    let race = || {
        start.wait();
        folder.lock().unwrap()
    };
    let locks: Vec<_> = std::thread::scope(|threads| {
        let runners: Vec<_> = (0..8).map(|_| threads.spawn(race)).collect();
        runners.into_iter().filter_map(|runner| runner.join().unwrap()).collect()
    });
    assert_eq!(locks.len(), 1);
    drop(locks);
    assert!(folder.lock().unwrap().is_some());
}

#[test]
fn purge_forgets_everything_and_lets_the_next_one_begin() {
    let person = Person::new();
    let (folder, state) = person.project("one");
    let lock = folder.lock().unwrap().unwrap();
    folder.write(&state).unwrap();
    folder.forget(lock).unwrap();
    assert!(!folder.path().exists());
    assert!(folder.lock().unwrap().is_some());
}

#[test]
fn keys_stay_until_they_are_regenerated() {
    let person = Person::new();
    let (folder, _) = person.project("one");
    let credit = EndpointName::new("credit");
    let keys = folder.keys(&credit, None).unwrap();
    assert_eq!(folder.keys(&credit, None).unwrap(), keys);
    assert_ne!(folder.keys(&EndpointName::new("fraud"), None).unwrap(), keys);
    for key in [&keys.primary_key, &keys.secondary_key] {
        assert!(key.len() == 32 && key.chars().all(|c| c.is_ascii_alphanumeric()));
    }
    let next = folder.regenerate(&credit, KeyName::Secondary, None).unwrap();
    assert_eq!(next.primary_key, keys.primary_key);
    assert_ne!(next.secondary_key, keys.secondary_key);
    assert_eq!(folder.keys(&credit, None).unwrap(), next);
}

#[test]
fn a_key_of_the_environment_stands_in_and_is_not_kept() {
    let person = Person::new();
    let (folder, _) = person.project("one");
    let credit = EndpointName::new("credit");
    let keys = folder.keys(&credit, Some("from-the-environment")).unwrap();
    assert_eq!(keys.primary_key, "from-the-environment");
    assert_ne!(folder.keys(&credit, None).unwrap().primary_key, "from-the-environment");
    let fixed = folder.regenerate(&credit, KeyName::Primary, Some("k")).unwrap_err();
    assert_eq!(fixed.code, local::KEY_FIXED);
    let next = folder.regenerate(&credit, KeyName::Secondary, Some("k")).unwrap();
    assert_eq!(next.primary_key, "k");
    assert_ne!(next.secondary_key, keys.secondary_key);
    for unusable in ["", "a b", "a\nb", "schlüssel"] {
        assert_eq!(folder.keys(&credit, Some(unusable)).unwrap_err().code, local::KEY_UNUSABLE, "{unusable:?}");
    }
}

#[test]
fn the_log_is_two_files_at_most() {
    use std::io::Write;
    let person = Person::new();
    let (folder, _) = person.project("one");
    let mut log = folder.log().unwrap();
    let line = [b'x'; 1024 * 1024];
    for _ in 0..23 {
        log.write_all(&line).unwrap();
    }
    let length = |name| std::fs::metadata(folder.path().join(name)).unwrap().len() / line.len() as u64;
    assert_eq!((length("emulator.log"), length("emulator.log.1")), (3, 10));
}
