//! Files that change while they are served: `up --watch`.

use dsl::{Endpoint, Foreground, Home, Load, Output, Project, json, on_both_engines, on_docker, on_processes, total};
use std::time::{Duration, Instant};

/// Code that tells itself from any other.
pub fn code(version: usize) -> String {
    format!("def init():\n    pass\n\n\ndef run(data):\n    return {{'version': {version}}}\n")
}

/// `up --watch WORDS`, left running.
fn begun<const N: usize>(project: &Project, words: [&str; N]) -> Foreground {
    project.foreground_words(&[&["up", "--watch", "--set", PATIENT], words.as_slice()].concat())
}

/// The same, serving.
pub fn watched<const N: usize>(project: &Project, words: [&str; N]) -> Foreground {
    let mut up = begun(project, words);
    up.says("follows the files");
    up
}

/// `scripted` with that code, followed in the foreground.
pub fn followed(home: &Home) -> (Project, Foreground, Endpoint) {
    let project = home.project("scripted");
    project.write("src/score.py", &code(0));
    let up = watched(&project, []);
    let endpoint = project.running();
    (project, up, endpoint)
}

#[track_caller]
pub fn says(endpoint: &Endpoint, version: usize) {
    endpoint.score(json!({})).is(200).says(json!({"version": version}));
}

/// On a busy machine a start may take longer than the default of 10 s, and probes would say so.
pub const PATIENT: &str = "liveness_probe.initial_delay=60";

/// Of a reload that takes more than a second.
pub const SLOW: &str = "starts the new code; the old code serves until it is ready";

/// Asks again and again, as a person would.
#[track_caller]
pub fn until(wanted: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !wanted() {
        assert!(Instant::now() < end, "it never comes");
    }
}

/// Ctrl-C, and all that was printed.
pub fn stopped(up: Foreground) -> Output {
    up.process().interrupt();
    up.ends().exits(130).without_logs()
}

/// Never half written, as many editors do: the second worker of a start may be about to read it.
fn replace(project: &Project, code: &str) {
    project.write("next.txt", code);
    std::fs::rename(project.path.join("next.txt"), project.path.join("src/score.py")).unwrap();
}

on_both_engines! {
    /// However an editor writes it.
    fn a_save_is_served(home) {
        let (project, mut up, endpoint) = followed(&home);
        project.write("src/score.py", &code(1));
        up.says("reloaded in");
        says(&endpoint, 1);
        project.write("src/.score.py.new", &code(2));
        std::fs::rename(project.path.join("src/.score.py.new"), project.path.join("src/score.py")).unwrap();
        up.says("reloaded in");
        says(&endpoint, 2);
        std::fs::remove_file(project.path.join("src/score.py")).unwrap();
        up.says("tried again at once");
        says(&endpoint, 2);
        project.write("src/score.py", &code(3));
        up.says("reloaded in");
        says(&endpoint, 3);
        stopped(up);
        project.left_nothing();
    }

    /// Of the same size, within the same second: what Python takes for the same file.
    fn a_module_beside_the_script_is_code(home) {
        let project = home.project("scripted");
        let script = code(0).replace("'version': 0", "'version': helper.VERSION");
        project.write("src/score.py", &format!("import helper\n\n\n{script}"));
        project.write("src/helper.py", "VERSION = 1\n");
        let mut up = watched(&project, []);
        let endpoint = project.running();
        says(&endpoint, 1);
        for version in 2..6 {
            project.write("src/helper.py", &format!("VERSION = {version}\n"));
            up.says("reloaded in");
            says(&endpoint, version);
        }
    }

    /// The last word of each line names what had changed.
    fn what_is_no_code_is_not_followed(home) {
        let (project, mut up, endpoint) = followed(&home);
        project.write("src/.amlignore", "*.csv\n");
        assert!(up.says("reloaded in").ends_with("(src/.amlignore)"));
        let _ = std::fs::create_dir(project.path.join("src/__pycache__"));
        for name in ["__pycache__/x.pyc", ".score.py.swp", "4913", "score.py~", "rows.csv"] {
            project.write(&format!("src/{name}"), "text");
        }
        project.write("src/score.py", &code(1));
        assert!(up.says("reloaded in").ends_with("(src/score.py)"));
        says(&endpoint, 1);
    }

    fn a_broken_save_keeps_the_old_code_serving(home) {
        let (project, mut up, endpoint) = followed(&home);
        let broken = [
            "def init(:\n".to_owned(),
            code(1).replace("    pass", "    raise ValueError('no model')"),
            code(1).replace("def run", "def score"),
        ];
        for text in broken {
            project.write("src/score.py", &text);
            up.says("tried again at once");
            says(&endpoint, 0);
        }
        project.write("src/score.py", &code(2));
        up.says("reloaded in");
        says(&endpoint, 2);
        stopped(up).without(SLOW).like("reload-broken");
    }

    fn code_that_hangs_is_given_up_for_the_next_save(home) {
        let (project, mut up, endpoint) = followed(&home);
        project.write("src/score.py", &code(1).replace("    pass", "    import time\n    time.sleep(1000)"));
        up.says(SLOW);
        says(&endpoint, 0);
        project.write("src/score.py", &code(2));
        up.says("reloaded in");
        says(&endpoint, 2);
        stopped(up).without(SLOW).like("reload-hangs");
    }

    fn a_failed_first_start_is_tried_again(home) {
        let project = home.project("init-raises");
        let mut up = begun(&project, []);
        up.says("tried again when a file changes");
        project.edit("src/score.py", "raise ValueError(\"model file is corrupt\")", "pass");
        up.says("follows the files");
        project.running().score(json!(1)).is(200);
        stopped(up).without(SLOW).like("reload-first-start");
    }

    fn no_request_fails_while_code_changes(home) {
        let project = home.project("scripted");
        project.write("src/score.py", &code(0));
        let many = "request_settings.max_concurrent_requests_per_instance=4";
        let mut up = watched(&project, ["--set", many, "--set", "environment_variables.WORKER_COUNT=2"]);
        let endpoint = project.running();
        let load = Load::of(&endpoint.request().json(json!({})));
        for version in 1..=24 {
            match version {
                1 => replace(&project, &code(1)),
                later => project.write("src/score.py", &code(later)),
            }
            up.says("reloaded in");
            load.goes_on_for(10);
        }
        let tally = load.ends();
        assert_eq!((tally[&200], tally.len()), (total(&tally), 1), "{tally:?}");
        says(&endpoint, 24);
    }

    /// The old worker answers what it has begun.
    fn a_request_that_runs_outlives_its_code(home) {
        let project = home.project("scripted");
        let mut up = watched(&project, ["--set", "request_settings.request_timeout_ms=60000"]);
        let endpoint = project.running();
        let running = endpoint.request().json(json!({"sleep": 3, "echo": "old"})).begin();
        project.edit("src/score.py", r#"{"echo": do["echo"]}"#, r#"{"echo": "new"}"#);
        up.says("reloaded in");
        endpoint.score(json!({"echo": "old"})).is(200).says(json!({"echo": "new"}));
        running.answer().is(200).says(json!({"echo": "old"}));
    }
}

/// In place of `pass` in `init()`.
const WRITES: &str = "
    import pathlib, time
    pathlib.Path(__file__).with_name('seen.txt').write_text(str(time.time()))
";

on_docker! {
    /// Where it is asked for.
    fn files_are_followed_in_the_background(home) {
        let project = home.project("scripted");
        project.write("src/score.py", &code(0));
        let endpoint = project.serves(["--watch", "--set", PATIENT]);
        let mut logs = project.foreground(["logs", "-f"]);
        project.write("src/score.py", &code(1).replace("    pass", "    print('the new code')"));
        logs.says("the new code");
        until(|| endpoint.score(json!({})).is(200).json() == json!({"version": 1}));
    }
}

on_processes! {
    /// One that is still to read the code would meet the next save half written, and end the server.
    fn every_worker_has_the_new_code_before_it_serves(home) {
        let (project, marks) = (home.project("scripted"), home.empty_folder());
        let of = |version: &str| {
            let (init, run) = ("def init():\n    os.makedirs(marks, exist_ok=True)", "def run(data):\n    return {}\n");
            let second = "    if os.listdir(marks):\n        time.sleep(0.5)\n    open(f'{marks}/{os.getpid()}', 'w').close()";
            format!("import os\nimport time\n\nmarks = os.environ['MARKS'] + '/{version}'\n\n\n{init}\n{second}\n\n\n{run}")
        };
        replace(&project, &of("before"));
        let marked = format!("environment_variables.MARKS={}", marks.path.display());
        let mut up = watched(&project, ["--set", "environment_variables.WORKER_COUNT=2", "--set", &marked]);
        let workers = |version: &str| std::fs::read_dir(marks.path.join(version)).unwrap().count();
        until(|| workers("before") == 2);
        replace(&project, &of("after"));
        up.says("reloaded in");
        assert_eq!(workers("after"), 2);
    }

    fn instances_take_new_code_one_after_another(home) {
        let project = home.project("scripted");
        project.write("src/score.py", &code(0));
        let mut up = watched(&project, ["--instances", "3"]);
        let endpoint = project.running();
        project.write("src/score.py", &code(1).replace("    pass", "    print('the new code')"));
        up.says("reloaded in");
        says(&endpoint, 1);
        up.process().interrupt();
        let said = up.ends().stderr;
        let lines = said.lines().filter(|line| line.ends_with("the new code"));
        let order: Vec<_> = lines.filter_map(|line| line.split(" | ").next()).collect();
        assert_eq!(order, ["blue/0", "blue/1", "blue/2"], "{said}");
    }

    /// A flag of the start is no word on it any more.
    fn traffic_that_was_set_meanwhile_outlives_a_save(home) {
        let project = home.project("two-deployments");
        let patient = ["blue", "green"].map(|name| format!("{name}/{PATIENT}"));
        let [blue, green] = patient.each_ref().map(|set| ["--set", set]);
        let words: [&[&str]; 4] = [&["up", "--watch"], &blue, &green, &["--traffic", "blue=100 green=0"]];
        let mut up = project.foreground_words(&words.concat());
        up.says("follows the files");
        project.run(["traffic", "blue=0", "green=100"]).succeeds();
        let script = project.read("src/score.py");
        project.write("src/score.py", &format!("{script}\n# saved\n"));
        up.says("reloaded in");
        up.says("reloaded in");
        project.running().score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "green"}));
    }

    fn what_is_put_beside_others_is_followed_beside_them(home) {
        let project = home.project("two-deployments");
        let mut up = begun(&project, ["-f", "endpoint.yml", "-f", "blue-deployment.yml"]);
        up.says("follows the files");
        project.up(["-f", "green-deployment.yml", "--set", PATIENT]).succeeds();
        up.says("green: ready after");
        let script = project.read("src/score.py");
        project.write("src/score.py", &format!("{script}\n# saved\n"));
        let both = [up.says("reloaded in"), up.says("reloaded in")];
        assert!(["blue", "green"].iter().all(|name| both.iter().any(|line| line.contains(name))), "{both:?}");
        project.edit("blue-deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: bluer");
        assert!(up.says("ready after").contains("blue"));
        let request = |to: &str| project.running().request().to(to).json(json!({"env": "DEPLOYMENT"})).send().is(200);
        request("blue").says(json!({"env": "bluer"}));
        request("green").says(json!({"env": "green"}));
    }

    fn an_endpoint_that_was_taken_down_stays_down(home) {
        let project = home.project("scripted");
        project.write("second-endpoint.yml", &project.read("endpoint.yml").replace("name: scripted", "name: second"));
        let yaml = project.read("deployment.yml").replace("endpoint_name: scripted", "endpoint_name: second");
        project.write("second-deployment.yml", &yaml.replace("name: blue", "name: green"));
        let [blue, green] = ["blue", "green"].map(|name| format!("{name}/{PATIENT}"));
        let mut up = project.foreground_words(&["up", "--watch", "--set", &blue, "--set", &green]);
        up.says("follows the files");
        project.run(["down", "second"]).succeeds();
        project.write("src/score.py", &code(1));
        up.says("reloaded in");
        let status = project.run(["status", "-o", "tsv", "--query", "emulators[].endpoints[].name"]).succeeds();
        assert_eq!(status.stdout, "scripted\n");
    }

    fn a_file_that_every_request_writes_is_no_change(home) {
        let project = home.project("scripted");
        project.write("src/score.py", &code(0).replace("def run(data):", &format!("def run(data):{WRITES}")));
        let (mut up, mut told) = (watched(&project, []), false);
        let endpoint = project.running();
        while !told {
            says(&endpoint, 0);
            let line = up.says("src/seen.txt");
            told = line.contains("so it is not followed until another file changes");
        }
        says(&endpoint, 0);
        project.write("src/score.py", &code(1));
        while !up.says("reloaded in").contains("src/score.py") {}
        says(&endpoint, 1);
    }

    fn unasked_nothing_is_followed(home) {
        let project = home.project("scripted");
        project.write("src/score.py", &code(0));
        let endpoint = project.serves([]);
        project.write("src/score.py", &code(1));
        let plain = project.run(["up"]).succeeds();
        assert!(!plain.stderr.contains("reloaded"), "{plain:?}");
        says(&endpoint, 1);
        // Nor is anything written beside it, which Python might take for the new code.
        assert!(!project.path.join("src/__pycache__").exists());
    }

    fn a_storm_of_saves_is_one_change(home) {
        let (project, mut up, endpoint) = followed(&home);
        for version in 1..=200 {
            project.write("src/score.py", &code(version));
        }
        while endpoint.score(json!({})).is(200).json() != json!({"version": 200}) {
            up.says("reloaded in");
        }
        let reloads = stopped(up).stderr.matches("reloaded in").count();
        assert!(reloads <= 5, "{reloads} reloads of 200 saves");
    }

    /// The code folder of a process is the user's own.
    fn code_that_writes_beside_itself_is_not_started_for_ever(home) {
        let project = home.project("scripted");
        project.write("src/score.py", &code(0).replace("    pass", WRITES));
        let mut up = begun(&project, []);
        up.says("src/seen.txt: changes each time the code starts");
        project.write("src/score.py", &code(1));
        // What came of the file before may be told still.
        while !up.says("reloaded in").contains("src/score.py") {}
        says(&project.running(), 1);
    }

    /// gunicorn reads it before it reads the code.
    fn the_servers_own_settings_are_read_anew(home) {
        let project = home.project("scripted");
        let mut up = watched(&project, ["--set", "environment_variables.WORKER_PRELOAD=true"]);
        project.write("src/gunicorn.conf.py", "raw_env = ['FROM_CONF=1']\n");
        up.says("reloaded in");
        project.running().score(json!({"env": "FROM_CONF"})).is(200).says(json!({"env": "1"}));
    }

    /// After `init()`, and before the first answer.
    fn a_hook_of_the_server_that_raises_is_a_failed_save(home) {
        let (project, mut up, endpoint) = followed(&home);
        project.write("src/gunicorn.conf.py", "def post_worker_init(worker):\n    raise RuntimeError('no')\n");
        up.says("tried again at once");
        says(&endpoint, 0);
        std::fs::remove_file(project.path.join("src/gunicorn.conf.py")).unwrap();
        project.write("src/score.py", &code(1));
        up.says("reloaded in");
        says(&endpoint, 1);
    }
}

/// Tells whether numpy was there before the script asked for it.
const TELLS: &str = "import sys\nprint('imported before:', 'numpy' in sys.modules)\n";

on_both_engines! {
    /// A script that sets variables for its libraries gets them imported after that, as in Azure.
    fn libraries_are_imported_beforehand_where_that_changes_nothing(home) {
        let project = home.example("sklearn-regression");
        // What is made once may take long.
        project.serves(["-f", "endpoint.yml", "-f", "blue-deployment.yml"]).run(["down"]).succeeds();
        let mut up = watched(&project, ["-f", "endpoint.yml", "-f", "blue-deployment.yml"]);
        let endpoint = project.running();
        let request = || endpoint.score(project.json("sample-request.json")).is(200);
        let (expected, script) = (request().json(), project.read("src/score.py"));
        for turn in 0.. {
            project.write("src/score.py", &format!("{TELLS}{script}\n# {turn}\n"));
            let imported = up.says("imported before: ").ends_with("True");
            up.says("reloaded in");
            request().says(expected.clone());
            // It takes a moment until all is imported.
            if imported {
                break;
            }
        }
        project.write("src/score.py", &format!("import os\nos.environ['OMP_NUM_THREADS'] = '1'\n{TELLS}{script}"));
        up.says("imported before: False");
        up.says("reloaded in");
        request().says(expected);
    }
}
