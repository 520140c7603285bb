//! `up --debug` and a debugger: real debugpy in the instance, the Debug Adapter Protocol at the port.

use dsl::{Connection, Debugger, Endpoint, Project, Value, debugpy_is_here, json, on_both_engines, on_processes};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

/// What `vscode` wrote for blue.
fn launch(project: &Project) -> Value {
    debugpy_is_here();
    project.run(["vscode"]).succeeds();
    project.json(".vscode/launch.json")["configurations"][0].clone()
}

/// The words of a task, as VS Code runs it.
fn task(project: &Project, label: &str) -> Vec<String> {
    let tasks = project.json(".vscode/tasks.json")["tasks"].as_array().unwrap().clone();
    let task = tasks.iter().find(|task| task["label"] == label).expect("the task is there");
    let workspace = project.path.to_string_lossy();
    let word = |word: &Value| word.as_str().unwrap().replace("${workspaceFolder}", &workspace);
    task["args"].as_array().unwrap().iter().map(word).collect()
}

fn score(project: &Project) -> PathBuf {
    project.path.join("src/score.py")
}

/// Six at once, each taking a moment: the statuses, in order of their numbers.
fn six(endpoint: &Endpoint) -> Vec<u16> {
    let body = json!({"name": "Ada", "sleep": 2});
    let open: Vec<_> = (0..6).map(|_| endpoint.request().json(body.clone()).open()).collect();
    let sent: Vec<_> = open.into_iter().map(Connection::sent).collect();
    let mut statuses: Vec<_> = sent.into_iter().map(|sent| sent.answer().status).collect();
    statuses.sort_unstable();
    statuses
}

on_both_engines! {
    fn a_breakpoint_holds_for_longer_than_every_limit_and_after_a_save(home) {
        let project = home.project("debugged");
        let launch = launch(&project);
        let mut up = project.foreground(["up", "--debug"]);
        up.says("Ctrl-C stops it");
        let endpoint = project.running();
        let debugger = Debugger::of(&launch, &project.path).breakpoint(&score(&project), "return {");
        let debugger = debugger.breakpoint(&score(&project), "greeting = ").attach();
        up.says("a debugger is attached");
        let request = endpoint.request().json(json!({"name": "Ada"})).begin();
        let stopped = debugger.stopped();
        assert_eq!(stopped.stack(), ["score.py: run"]);
        assert_eq!(stopped.file(), (score(&project), true));
        assert_eq!(stopped.locals()["answer"], "'Hello, Ada!'");
        // The request's timeout is over, and the time after which an instance that answers no probe is taken out.
        assert_eq!(stopped.evaluate("time.sleep(6) or answer.upper()"), "'HELLO, ADA!'");
        stopped.goes_on();
        request.answer().is(200).says(json!({"answer": "Hello, Ada!"}));

        project.edit("src/score.py", "\"Hello\"", "\"Moin\"");
        let starts = debugger.stopped();
        assert_eq!(starts.stack(), ["score.py: init"]);
        starts.goes_on();
        up.says("blue: reloaded in");
        let request = endpoint.request().json(json!({"name": "Ada"})).begin();
        let stopped = debugger.stopped();
        assert_eq!(stopped.evaluate("greeting"), "'Moin'");
        stopped.goes_on();
        request.answer().is(200).says(json!({"answer": "Moin, Ada!"}));

        debugger.disconnect();
        up.says("the debugger has left");
        endpoint.score(json!({"name": "Ada"})).is(200);
        endpoint.score(json!({"name": "Ada", "sleep": 4})).is(408);
        up.process().interrupt();
        let said = up.ends().exits(130).stderr;
        assert!(!said.contains("unready"), "{said}");
        project.left_nothing();
    }

    fn nobody_is_refused_until_the_debugger_leaves(home) {
        let project = home.project("debugged");
        let launch = launch(&project);
        let mut up = project.foreground(["up", "--debug", "--set", "request_settings.request_timeout_ms=20000"]);
        up.says("Ctrl-C stops it");
        let endpoint = project.running();
        let debugger = Debugger::of(&launch, &project.path).breakpoint(&project.path.join("src/words.py"), "return").attach();
        let request = endpoint.request().json(json!({"name": "Ada"})).begin();
        let stopped = debugger.stopped();
        assert_eq!(stopped.stack(), ["words.py: join", "score.py: run"]);
        assert_eq!(stopped.file(), (project.path.join("src/words.py"), true));
        stopped.goes_on();
        request.answer().is(200);
        debugger.vanishes();
        up.says("the debugger has left");
        assert_eq!(six(&endpoint), [200, 200, 200, 200, 429, 429]);

        let debugger = Debugger::of(&launch, &project.path).attach();
        up.says("a debugger is attached");
        assert_eq!(six(&endpoint), [200; 6]);
        debugger.disconnect();
    }

    fn f5_of_vs_code(home) {
        let hello = home.example("hello");
        // A slow machine imports debugpy for long; its probes are no matter here.
        let patient = "instance_count: 1\nliveness_probe:\n  initial_delay: 60\nreadiness_probe:\n  initial_delay: 60";
        hello.edit("deployment.yml", "instance_count: 1", patient);
        let launch = launch(&hello);
        let up = task(&hello, launch["preLaunchTask"].as_str().unwrap());
        let up: Vec<&str> = up.iter().map(String::as_str).collect();
        hello.words(&up).succeeds().like("debug-up");
        // Again, on what runs: F5 after Stop.
        hello.words(&up).succeeds().like("debug-up-again");
        let debugger = Debugger::of(&launch, &hello.path).breakpoint(&score(&hello), "return").attach();
        let invoke = task(&hello, "local-endpoint: invoke hello/blue");
        let invoke: Vec<&str> = invoke.iter().map(String::as_str).collect();
        let mut invoked = hello.foreground_words(&invoke);
        debugger.stopped().goes_on();
        invoked.says("answer");
        invoked.ends().exits(0);
        debugger.disconnect();
        hello.run(["invoke", "-r", "sample-request.json"]).succeeds();
    }
}

on_processes! {
    fn up_with_debug_takes_what_runs_over_and_gives_it_back(home) {
        let project = home.project("debugged");
        let before = project.serves([]);
        let debugged = project.serves(["--debug"]);
        assert_eq!((debugged.port(), &debugged.key), (before.port(), &before.key));
        let port = |endpoint: &Endpoint| endpoint.endpoint()["deployments"][0]["debug_port"].clone();
        assert_eq!(port(&debugged), launch(&project)["connect"]["port"]);
        let after = project.serves([]);
        assert_eq!((port(&after), after.port()), (json!(null), before.port()));
    }

    fn every_deployment_has_a_debugger_of_its_own(home) {
        let project = home.project("two-deployments");
        launch(&project);
        let green = project.json(".vscode/launch.json")["configurations"][1].clone();
        let endpoint = project.serves(["--debug"]);
        endpoint.run(["status"]).succeeds().prints(&format!("green: a debugger attaches at 127.0.0.1:{}", green["connect"]["port"]));
        let debugger = Debugger::of(&green, &project.path).breakpoint(&score(&project), "return {\"deployment\"").attach();
        endpoint.request().to("blue").json(json!({})).send().is(200);
        let request = endpoint.request().to("green").json(json!({})).begin();
        let stopped = debugger.stopped();
        assert_eq!(stopped.evaluate("os.environ[\"DEPLOYMENT\"]"), "'green'");
        stopped.goes_on();
        request.answer().is(200);
        debugger.disconnect();
    }

    fn a_debug_port_that_is_taken_moves(home) {
        let project = home.project("debugged");
        let taken = launch(&project)["connect"]["port"].clone();
        let port = taken.as_u64().unwrap().try_into().unwrap();
        // Whoever has it: us or somebody else.
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        // What was fetched once needs no index any more.
        let offline = [("PIP_INDEX_URL", "http://127.0.0.1:9/simple")];
        let up = project.with(offline, ["up", "-d", "--debug"]).succeeds();
        up.tells("`local-endpoint vscode` writes it into launch.json");
        let moved = launch(&project)["connect"]["port"].clone();
        assert_ne!(moved, taken);
        assert_eq!(project.running().endpoint()["deployments"][0]["debug_port"], moved);
    }

    fn an_editor_that_attaches_to_no_worker_does_not_stop_the_endpoint(home) {
        let project = home.project("debugged");
        let launch = launch(&project);
        let mut up = project.foreground(["up", "--debug"]);
        up.says("Ctrl-C stops it");
        let debugger = Debugger::of(&launch, &project.path).without_children().attach();
        up.says("a debugger is attached");
        project.edit("src/score.py", "\"Hello\"", "\"Moin\"");
        up.says("the debugger did not attach to worker");
        up.says("blue: reloaded in");
        project.running().score(json!({"name": "Ada"})).says(json!({"answer": "Moin, Ada!"}));
        debugger.disconnect();
    }

    fn without_debugpy_nothing_starts(home) {
        let project = home.project("debugged");
        project.with([("LOCAL_ENDPOINT_DEBUGPY", "nowhere")], ["up", "-d", "--debug"]).exits(5).like_on_any_engine("debugpy-missing");
    }

    fn a_server_of_its_own_is_not_debugged(home) {
        home.example("custom-container").up(["--debug"]).exits(2).like_on_any_engine("nothing-to-debug");
    }
}
