//! Whether what runs is still what is wanted.

use crate::deployment::{deployment, model};
use lifecycle::plan::signature;
use model::{Code, Deployment, EngineChoice, EnvironmentSource, PullPolicy, RunOptions, SkuLimits};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A deployment whose files are there: `src/score.py`, `src/lib/more.py` and `model/`.
fn project() -> (TempDir, Deployment) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, name).unwrap();
    };
    ["src/score.py", "src/lib/more.py", "model/model.pkl", "docker/Dockerfile"].into_iter().for_each(write);
    let code = Code { folder: folder.path().join("src"), scoring_script: "score.py".into() };
    let deployment = Deployment { code: Some(code), model: Some(model(folder.path().join("model"))), ..deployment() };
    (folder, deployment)
}

fn of(deployment: &Deployment) -> String {
    signature(deployment, &RunOptions::default()).whole
}

/// Signs before and after the change of the files.
fn around(change: impl Fn(&Path)) -> (String, String) {
    let (folder, deployment) = project();
    let before = of(&deployment);
    change(folder.path());
    (before, of(&deployment))
}

fn differs(change: impl Fn(&Path)) {
    let (before, after) = around(change);
    assert_ne!(before, after);
}

#[test]
fn equal_things_have_equal_signatures() {
    let (before, after) = around(|_| ());
    assert_eq!(before, after);
    assert_eq!((before.len(), before.chars().all(|c| c.is_ascii_hexdigit())), (32, true));
}

#[test]
fn a_file_of_the_code_or_the_model_counts() {
    differs(|folder| fs::write(folder.join("src/score.py"), "a longer text than before").unwrap());
    differs(|folder| fs::write(folder.join("src/new.py"), "").unwrap());
    differs(|folder| fs::remove_file(folder.join("src/lib/more.py")).unwrap());
    differs(|folder| fs::rename(folder.join("src/lib"), folder.join("src/libs")).unwrap());
    differs(|folder| fs::write(folder.join("model/model.pkl"), "another model").unwrap());
}

/// An editor may keep the size.
#[test]
fn the_time_of_a_file_counts() {
    differs(|folder| {
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
        File::options().append(true).open(folder.join("src/lib/more.py")).unwrap().set_modified(later).unwrap();
    });
}

#[test]
fn what_python_writes_itself_does_not_count() {
    let (before, after) = around(|folder| {
        for cache in ["src/__pycache__", "src/lib/__pycache__"] {
            fs::create_dir(folder.join(cache)).unwrap();
            fs::write(folder.join(cache).join("score.cpython-311.pyc"), "bytes").unwrap();
        }
    });
    assert_eq!(before, after);
}

#[test]
fn the_users_own_build_context_counts() {
    let (folder, mut deployment) = project();
    let context = folder.path().join("docker");
    deployment.environment.source = EnvironmentSource::Build { context, dockerfile: "Dockerfile".into() };
    let before = of(&deployment);
    fs::write(folder.path().join("docker/Dockerfile"), "FROM another:1").unwrap();
    assert_ne!(before, of(&deployment));
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_end() {
    let (before, after) = around(|folder| {
        for name in ["one", "two", "three"] {
            std::os::unix::fs::symlink(folder.join("src"), folder.join("src").join(name)).unwrap();
        }
    });
    assert_eq!(before, after, "they add no file");
}

#[test]
fn every_setting_of_the_deployment_counts() {
    let (_folder, deployment) = project();
    let changes: [fn(&mut Deployment); 5] = [
        |changed| drop(changed.environment_variables.insert("A".into(), "1".into())),
        |changed| changed.instance_count = 2,
        |changed| changed.liveness_probe.period = Duration::from_secs(1),
        |changed| changed.request_settings.max_concurrent_requests_per_instance = 4,
        |changed| changed.model.as_mut().unwrap().version = "4".into(),
    ];
    for change in changes {
        let mut changed = deployment.clone();
        change(&mut changed);
        assert_ne!(of(&deployment), of(&changed), "{changed:?}");
    }
}

/// Whether instances have to be replaced for the change.
fn replaces(options: &RunOptions, change: fn(&mut Deployment)) -> bool {
    let (_folder, deployment) = project();
    let mut changed = deployment.clone();
    change(&mut changed);
    signature(&deployment, options).instance != signature(&changed, options).instance
}

#[test]
fn what_is_applied_to_running_instances_replaces_none() {
    let live: [fn(&mut Deployment); 6] = [
        |changed| changed.instance_count = 2,
        |changed| changed.liveness_probe.period = Duration::from_secs(1),
        |changed| changed.readiness_probe.failure_threshold = 1,
        |changed| changed.request_settings.max_concurrent_requests_per_instance = 4,
        |changed| changed.request_settings.request_timeout = Duration::from_secs(9),
        |changed| drop(changed.kept.insert("description".into(), "new".into())),
    ];
    let made_of: [fn(&mut Deployment); 4] = [
        |changed| drop(changed.environment_variables.insert("A".into(), "1".into())),
        |changed| changed.model.as_mut().unwrap().version = "4".into(),
        |changed| changed.code.as_mut().unwrap().scoring_script = "other.py".into(),
        |changed| changed.instance_type = Some("Standard_F2s_v2".into()),
    ];
    let on = RunOptions::default();
    assert_eq!(live.map(|change| replaces(&on, change)), [false; 6]);
    assert_eq!(made_of.map(|change| replaces(&on, change)), [true; 4]);
}

#[test]
fn without_limits_the_instance_type_means_nothing_to_an_instance() {
    let off = RunOptions { sku_limits: SkuLimits::Off, ..RunOptions::default() };
    assert!(!replaces(&off, |changed| changed.instance_type = Some("Standard_F2s_v2".into())));
}

#[test]
fn options_count_where_they_change_what_runs() {
    let (_folder, deployment) = project();
    let plain = RunOptions::default();
    let signed = |options: &RunOptions| signature(&deployment, options);
    for other in [
        RunOptions { engine: EngineChoice::Process, ..plain.clone() },
        RunOptions { instances: Some(3), ..plain.clone() },
        RunOptions { loose: true, ..plain.clone() },
        RunOptions { pull: PullPolicy::Always, ..plain.clone() },
    ] {
        assert_ne!(signed(&plain), signed(&other), "{other:?}");
    }
    for same in [
        RunOptions { port: Some(8080), ..plain.clone() },
        RunOptions { additive: true, ..plain.clone() },
        RunOptions { traffic: Some([(deployment.name.clone(), 100)].into()), ..plain.clone() },
    ] {
        assert_eq!(signed(&plain), signed(&same), "{same:?}");
    }
}

/// What changes of `besides_code` and of `instance`.
fn parts(change: impl Fn(&Path)) -> (bool, bool) {
    let (folder, deployment) = project();
    let of = || signature(&deployment, &RunOptions::default());
    let before = of();
    change(folder.path());
    let after = of();
    (before.besides_code != after.besides_code, before.instance != after.instance)
}

#[test]
fn code_is_told_from_the_rest() {
    let write = |name: &'static str| move |folder: &Path| fs::write(folder.join(name), "another, longer text").unwrap();
    assert_eq!(parts(write("src/lib/more.py")), (false, true));
    assert_eq!(parts(write("model/model.pkl")), (true, true));
}

#[test]
fn what_azure_does_not_get_is_no_code() {
    let ignored = |folder: &Path| {
        fs::write(folder.join("src/.amlignore"), "*.log\ndata/\n").unwrap();
    };
    let (folder, deployment) = project();
    ignored(folder.path());
    let before = of(&deployment);
    fs::write(folder.path().join("src/score.log"), "text").unwrap();
    fs::create_dir(folder.path().join("src/data")).unwrap();
    fs::write(folder.path().join("src/data/rows.csv"), "text").unwrap();
    assert_eq!(before, of(&deployment));
    fs::write(folder.path().join("src/.amlignore"), "*.log\ndata/\n!data/rows.csv\n").unwrap();
    assert_ne!(before, of(&deployment), "a file may be taken back in");
}

#[test]
fn what_editors_leave_lying_is_no_code() {
    let names = [
        ".score.py.swp",
        "score.py~",
        "4913",
        ".#score.py",
        "#score.py#",
        "score.py___jb_tmp___",
        "score.pyc",
        ".DS_Store",
    ];
    let (folder, deployment) = project();
    let before = of(&deployment);
    for name in names {
        fs::write(folder.path().join("src").join(name), "text").unwrap();
        assert_eq!(before, of(&deployment), "{name}");
    }
}
