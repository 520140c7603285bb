//! What a container engine makes: derived images and build contexts, on its terms.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support {
    #[path = "../support/bench.rs"]
    #[allow(dead_code)]
    pub mod bench;
    #[path = "../support/docker.rs"]
    pub mod docker;
}

use engine::{BuildTerms, Engine, EngineError, Install, Mount, Pull, Recipe};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;
use support::bench::{Bench, LABEL};
use support::docker::{IMAGE, bench, docker};

fn install(steps: &[&str]) -> Install {
    let steps = steps.iter().map(|step| (*step).to_owned()).collect();
    Install { steps, files: vec![("mark.txt".to_owned(), b"marked".to_vec())], env: BTreeMap::new() }
}

/// Under a name of this test's own, so that two builds cannot look like one.
fn derived(bench: &Bench, steps: &[&str]) -> Recipe {
    let base = Box::new(Recipe::Image { image: IMAGE.into(), pull: Pull::Missing });
    Recipe::Derived {
        base,
        tag: format!("engine-test:{}", bench.labels[LABEL].to_lowercase()),
        install: install(steps),
    }
}

fn docker_says(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn a_derived_image_is_built_once_by_two_at_once() {
    let Some(bench) = bench().await else { return };
    let recipe = derived(&bench, &["cp mark.txt /mark.txt", "echo made"]);
    let [one, other] = [docker(bench.folder.path()).await.unwrap(), docker(bench.folder.path()).await.unwrap()];
    let said = Mutex::new(Vec::new());
    let report = |line: String| said.lock().unwrap().push(line);
    let terms = BuildTerms::default();
    let (first, second) = tokio::join!(one.prepare(&recipe, &terms, &report), other.prepare(&recipe, &terms, &report));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((&first.id, first.made ^ second.made), (&second.id, true));
    let said = said.into_inner().unwrap();
    assert!(said.iter().any(|line| line == "Step 2/2 : echo made"), "{said:?}");
    assert!(!one.prepare(&recipe, &BuildTerms::default(), &report_nothing).await.unwrap().made);
}

fn report_nothing(line: String) {
    panic!("nothing should be done: {line}");
}

#[tokio::test]
async fn an_image_is_kept_until_it_is_discarded() {
    let Some(bench) = bench().await else { return };
    let Recipe::Derived { base, install, .. } = derived(&bench, &["true"]) else { panic!("derived") };
    let name = format!("local-endpoint/env:engine-test-{}", bench.labels[LABEL].to_lowercase());
    bench
        .engine
        .prepare(&Recipe::Derived { base, tag: name.clone(), install }, &BuildTerms::default(), &|_| ())
        .await
        .unwrap();
    let found = || async { bench.engine.kept().await.unwrap().into_iter().find(|it| it.name == name) };
    let kept = found().await.expect("it is listed");
    assert!(!kept.in_use && kept.bytes > 1000 && kept.made.is_some(), "{kept:?}");
    bench.engine.discard(&name).await.unwrap();
    assert_eq!(found().await, None);
    bench.engine.discard(&name).await.unwrap();
    let others = bench.engine.discard(IMAGE).await.unwrap_err().to_string();
    assert_eq!(others, format!("{IMAGE} was neither made nor pulled by local-endpoint"));
}

#[tokio::test]
async fn a_failed_build_says_the_step_and_everything() {
    let Some(bench) = bench().await else { return };
    let recipe = derived(&bench, &["echo before && exit 7", "echo never"]);
    let Err(EngineError::BuildFailed { step, reason, log }) =
        bench.engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await
    else {
        panic!("the build should fail");
    };
    assert_eq!(step, "echo before && exit 7");
    assert_eq!(reason, "`echo before && exit 7` returned a non-zero code: 7");
    assert_eq!(log, ["Step 1/2 : echo before && exit 7", "before", "", &reason]);
}

#[tokio::test]
async fn what_a_build_is_given_is_in_nothing_that_comes_out() {
    let Some(bench) = bench().await else { return };
    let engine = docker(bench.folder.path()).await.unwrap();
    let map = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    let terms = BuildTerms {
        variables: map("PIP_INDEX_URL", "https://me:first-secret@index.example/simple"),
        files: BTreeMap::from([("pip.conf".to_owned(), b"index = https://second-secret@index.example".to_vec())]),
        paths: map("PIP_CONFIG_FILE", "pip.conf"),
        certificates: b"third-secret".to_vec(),
        ..BuildTerms::default()
    };
    let step = "env; cat $PIP_CONFIG_FILE; cp mark.txt /kept; grep -q third-secret $REQUESTS_CA_BUNDLE";
    let recipe = derived(&bench, &[step]);
    let said = Mutex::new(String::new());
    let built = engine.prepare(&recipe, &terms, &|line| *said.lock().unwrap() += &line).await.unwrap();
    let log = std::fs::read_dir(bench.folder.path().join("builds")).unwrap().next().unwrap().unwrap().path();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        log.contains("https://me:****@index.example/simple") && log.contains("https://****@index.example"),
        "{log}"
    );
    let saved = Command::new("docker").args(["save", &built.id]).output().unwrap().stdout;
    let told = docker_says(&["history", "--no-trunc", &built.id])
        + &docker_says(&["inspect", &built.id])
        + &said.into_inner().unwrap()
        + &log;
    for secret in ["first-secret", "second-secret"] {
        assert!(!told.contains(secret), "{told}");
    }
    let text = String::from_utf8_lossy(&saved);
    assert!(text.contains("marked"), "the layers are read");
    for secret in ["first-secret", "second-secret", "third-secret"] {
        assert!(!text.contains(secret), "{secret} is in a layer");
    }
}

/// Of the classic builder, which is given the proxies beside the context.
#[tokio::test]
async fn a_proxys_password_reaches_a_dockerfile_and_nothing_that_comes_out() {
    let Some(bench) = bench().await else { return };
    let engine = docker(bench.folder.path()).await.unwrap();
    let folder = bench.folder.path().join("context");
    std::fs::create_dir(&folder).unwrap();
    let text = format!(
        "FROM {IMAGE}\nLABEL {LABEL}={}\nRUN test -n \"$HTTPS_PROXY\" && echo by $HTTPS_PROXY && touch /made\n",
        bench.labels[LABEL]
    );
    std::fs::write(folder.join("Dockerfile"), text).unwrap();
    let proxy = "http://me:secret-of-the-proxy@proxy.example:3128".to_owned();
    let terms = BuildTerms { variables: BTreeMap::from([("HTTPS_PROXY".to_owned(), proxy)]), ..BuildTerms::default() };
    let said = Mutex::new(String::new());
    let recipe = Recipe::Context { folder, dockerfile: "Dockerfile".into(), pull: Pull::Missing };
    let built = engine.prepare(&recipe, &terms, &|line| *said.lock().unwrap() += &line).await.unwrap();
    let logs = std::fs::read_dir(bench.folder.path().join("builds")).unwrap();
    let logs: String = logs.map(|log| std::fs::read_to_string(log.unwrap().path()).unwrap()).collect();
    assert!(logs.contains("by http://me:****@proxy.example:3128"), "{logs}");
    let saved = Command::new("docker").args(["save", &built.id]).output().unwrap().stdout;
    let told = docker_says(&["history", "--no-trunc", &built.id])
        + &docker_says(&["inspect", &built.id])
        + &said.into_inner().unwrap()
        + &logs
        + &String::from_utf8_lossy(&saved);
    assert!(told.contains("/made") && !told.contains("secret-of-the-proxy"));
}

/// Where no docker command has BuildKit, the refusal is the test.
#[tokio::test]
async fn a_dockerfile_for_buildkit_is_built_by_a_docker_command() {
    let Some(bench) = bench().await else { return };
    let (folder, own) = (bench.folder.path().join("context"), &bench.labels[LABEL]);
    std::fs::create_dir(&folder).unwrap();
    let write = |run: &str| {
        let text = format!("FROM {IMAGE}\nLABEL {LABEL}={own}\nRUN --mount=type=secret,id=pip.conf {run}\n");
        std::fs::write(folder.join("Dockerfile"), text).unwrap();
    };
    let recipe = Recipe::Context { folder: folder.clone(), dockerfile: "Dockerfile".into(), pull: Pull::Missing };
    let files = BTreeMap::from([("pip.conf".to_owned(), b"url = https://secret-of-mine@index.example".to_vec())]);
    let terms = BuildTerms { files, ..BuildTerms::default() };
    write("cat /run/secrets/pip.conf > /dev/null && echo $HTTP_PROXY");
    let built = match bench.engine.prepare(&recipe, &terms, &|_| ()).await {
        Err(EngineError::BuildKitMissing { line, reason }) => {
            assert_eq!(line, "line 3: RUN --mount");
            return eprintln!("left out: {reason}");
        }
        built => built.unwrap(),
    };
    assert!(built.made && !docker_says(&["history", "--no-trunc", &built.id]).contains("secret-of-mine"));
    assert!(!bench.engine.prepare(&recipe, &terms, &report_nothing).await.unwrap().made);
    write("echo before; cat /run/secrets/pip.conf; exit 7");
    let Err(EngineError::BuildFailed { step, reason, log }) = bench.engine.prepare(&recipe, &terms, &|_| ()).await
    else {
        panic!("the build should fail");
    };
    assert_eq!(step, "RUN --mount=type=secret,id=pip.conf echo before; cat /run/secrets/pip.conf; exit 7");
    let command = "/bin/sh -c echo before; cat /run/secrets/pip.conf; exit 7";
    assert_eq!(reason, format!("The command '{command}' returned a non-zero code: 7"));
    let at = log.iter().position(|line| *line == format!("Step 2/2 : {step}")).expect("the step is in the log");
    assert_eq!(log[at + 1..], ["before", "url = https://****@index.example", &reason]);
    write("echo begun; sleep 600");
    let terms = BuildTerms { deadline: Some(Duration::from_secs(15)), ..terms };
    let error = bench.engine.prepare(&recipe, &terms, &|_| ()).await.unwrap_err();
    assert!(matches!(&error, EngineError::BuildTimedOut { step, .. } if step.contains("sleep 600")), "{error:?}");
}

/// An image of this test's own, with these words of a Dockerfile.
fn changed(own: &str, changes: &[&str]) -> String {
    let container = docker_says(&["create", IMAGE, "true"]);
    let label = format!("LABEL {LABEL}={own}");
    let changes = changes.iter().copied().chain([label.as_str()]).flat_map(|change| ["-c", change]);
    let id = docker_says(&["commit"].into_iter().chain(changes).chain([container.trim()]).collect::<Vec<_>>());
    docker_says(&["rm", container.trim()]);
    id.trim().to_owned()
}

#[tokio::test]
async fn an_image_is_as_its_base_but_for_what_was_installed() {
    let Some(bench) = bench().await else { return };
    let own = &bench.labels[LABEL];
    let program = "ENTRYPOINT [\"echo\", \"it's $HOME\"]";
    for (number, changes) in [
        &["USER 1234", program, "CMD [\"b\"]", "WORKDIR /tmp"][..],
        &["USER 1234", "ENTRYPOINT []", "CMD [\"echo\", \"b\"]"],
    ]
    .into_iter()
    .enumerate()
    {
        let id = changed(own, changes);
        let base = Box::new(Recipe::Image { image: id.clone(), pull: Pull::Never });
        let env = BTreeMap::from([("PATH".to_owned(), "/new $HOME/\"bin\"".to_owned())]);
        let install = Install { env, ..install(&["test $(id -u) = 0", "touch /made"]) };
        let tag = format!("engine-test:{number}{}", own.to_lowercase());
        let recipe = Recipe::Derived { base, tag, install };
        let built = bench.engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap();
        let config = "{{.Config.User}} {{range .Config.Entrypoint}}{{json .}}{{end}}, {{range .Config.Cmd}}{{json .}}{{end}} {{.Config.WorkingDir}} {{json .Config.Labels}} {{.Config.OpenStdin}}";
        let of = |image: &str| docker_says(&["inspect", "--format", config, image]);
        assert_eq!(of(&built.id), of(&id));
        assert_eq!(built.facts.env["PATH"], "/new $HOME/\"bin\"");
        assert_eq!(built.facts.env["LANG"], "C.UTF-8");
    }
}

fn making(bench: &Bench) -> String {
    let name = format!("name=engine-test-{}", bench.labels[LABEL].to_lowercase());
    docker_says(&["ps", "--all", "--quiet", "--filter", &name])
}

#[tokio::test]
async fn a_build_is_ended_at_its_deadline() {
    let Some(bench) = bench().await else { return };
    // Long enough for a busy engine to come to the step.
    let terms = BuildTerms { deadline: Some(Duration::from_secs(15)), ..BuildTerms::default() };
    let error = bench.engine.prepare(&derived(&bench, &["echo begun; sleep 600"]), &terms, &|_| ()).await.unwrap_err();
    let EngineError::BuildTimedOut { step, log, .. } = &error else { panic!("{error:?}") };
    assert_eq!((step.as_str(), log.last().unwrap().as_str()), ("echo begun; sleep 600", "begun"));
    assert_eq!(making(&bench), "");
}

/// As after Ctrl-C, or `kill -9`: the engine sees no more than a connection that ends.
#[tokio::test]
async fn a_build_that_nobody_waits_for_goes_by_itself() {
    let Some(bench) = bench().await else { return };
    let (sender, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let (recipe, terms) = (derived(&bench, &["echo begun; sleep 600"]), BuildTerms::default());
    let report = |line: String| drop(sender.send(line));
    tokio::select! {
        made = bench.engine.prepare(&recipe, &terms, &report) => panic!("{made:?}"),
        () = async { while begun.recv().await.unwrap() != "begun" {} } => {}
    }
    let container = making(&bench);
    assert_ne!(container, "");
    // It is gone, or this returns when it goes.
    let _ = Command::new("docker").args(["wait", container.trim()]).output().unwrap();
    while !making(&bench).is_empty() {
        // `docker wait` returns before the container is off the list, and its removal may have been told before we ask.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_users_own_context_is_built_when_it_has_changed() {
    let Some(bench) = bench().await else { return };
    let (folder, own) = (bench.folder.path().join("app"), &bench.labels[LABEL]);
    let engine = docker(bench.folder.path()).await.unwrap();
    let base = format!("engine-test:b{}", own.to_lowercase());
    let tag_base = |id: &str| assert!(Command::new("docker").args(["tag", id, &base]).status().unwrap().success());
    tag_base(&bench.base.id);
    let text = format!("FROM {base}\nLABEL {LABEL}={own}\nCOPY greeting.txt /\nCMD [\"cat\", \"/greeting.txt\"]\n");
    std::fs::write(folder.join("Dockerfile"), text).unwrap();
    std::fs::write(folder.join(".dockerignore"), "*.log").unwrap();
    let recipe = Recipe::Context { folder: folder.clone(), dockerfile: "Dockerfile".into(), pull: Pull::Missing };
    let built = engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap();
    assert!(built.made && built.name.starts_with("local-endpoint/build:"), "{built:?}");
    std::fs::write(folder.join("new.log"), "ignored").unwrap();
    assert!(!engine.prepare(&recipe, &BuildTerms::default(), &report_nothing).await.unwrap().made);
    let mut launch = bench.python(&[]);
    (launch.base, launch.argv, launch.mounts) = (built.clone(), None, Vec::<Mount>::new());
    let started = engine.start(&launch).await.unwrap();
    assert_eq!(bench.lines(&started.handle, None, true).await, ["hello"]);
    engine.remove(&started.handle).await.unwrap();
    tag_base(&built.id);
    assert!(
        engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await.unwrap().made,
        "what it stands on is another image now"
    );
}

/// Nobody answers at 127.0.0.1:1: whoever asks there finds out.
#[tokio::test]
async fn what_a_context_stands_on_is_pulled_as_the_flag_says() {
    let Some(bench) = bench().await else { return };
    let (folder, own) = (bench.folder.path().join("context"), &bench.labels[LABEL]);
    std::fs::create_dir(&folder).unwrap();
    let base = format!("127.0.0.1:1/engine-test:{}", own.to_lowercase());
    std::fs::write(folder.join("Dockerfile"), format!("FROM {base}\nLABEL {LABEL}={own}\nRUN true\n")).unwrap();
    let prepare = async |pull| {
        let recipe = Recipe::Context { folder: folder.clone(), dockerfile: "Dockerfile".into(), pull };
        bench.engine.prepare(&recipe, &BuildTerms::default(), &|_| ()).await
    };
    let absent = prepare(Pull::Never).await.unwrap_err();
    assert!(matches!(&absent, EngineError::ImageAbsent { image } if *image == base), "{absent:?}");
    docker_says(&["tag", IMAGE, &base]);
    let [never, missing, always] =
        [prepare(Pull::Never).await, prepare(Pull::Missing).await, prepare(Pull::Always).await];
    docker_says(&["rmi", &base]);
    assert!(never.unwrap().made && !missing.unwrap().made);
    assert!(matches!(&always, Err(EngineError::Unreachable { .. })), "{always:?}");
}
