//! What goes the rolling way when files change: new instances beside the old, which serve until all of the new are ready.

use crate::reload::{SLOW, code, followed, says, stopped, until, watched};
use dsl::{Foreground, Home, Project, on_both_engines, on_docker, on_processes};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

const READS_MODEL: &str = "
import os


def init():
    global version
    with open(os.path.join(os.environ['AZUREML_MODEL_DIR'], 'model/numbers.txt')) as file:
        version = int(file.read())


def run(data):
    return {'version': version}
";

/// In place of `pass` in `init()`.
const TAKES: &str = "
    import socket
    global taken
    taken = socket.create_server(('127.0.0.1', 9009))
";

fn names_a_model(project: &Project) {
    let yaml = project.read("deployment.yml");
    project.write("deployment.yml", &format!("{yaml}model:\n  path: model\n"));
}

/// Code that answers what its model's file says, followed in the foreground.
fn model_followed(home: &Home) -> (Project, Foreground) {
    let project = home.project("scripted");
    std::fs::create_dir(project.path.join("model")).unwrap();
    project.write("model/numbers.txt", "1");
    project.write("src/score.py", READS_MODEL);
    names_a_model(&project);
    let up = watched(&project, []);
    (project, up)
}

on_both_engines! {
    fn what_is_not_code_goes_the_rolling_way(home) {
        let (project, mut up, endpoint) = followed(&home);
        let before = endpoint.instances();
        project.edit("deployment.yml", "instance_count: 1", "instance_count: one");
        up.says("runs on as it is");
        says(&endpoint, 0);
        project.edit("deployment.yml", "instance_count: one", "instance_count: 1");
        project.edit("deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: bluer");
        up.says("ready after");
        says(&endpoint, 0);
        until(|| project.running().instances().iter().all(|new| !before.contains(new)));
        // New instances take new code as the first one did.
        project.write("src/score.py", &code(1));
        up.says("reloaded in");
        says(&endpoint, 1);
        stopped(up).without(SLOW).like("reload-rolling");
    }
}

on_docker! {
    fn a_model_that_changes_goes_the_rolling_way(home) {
        let (project, mut up) = model_followed(&home);
        let endpoint = project.running();
        says(&endpoint, 1);
        project.write("model/numbers.txt", "2");
        up.says("ready after");
        says(&endpoint, 2);
    }

    /// The code before has the port in their common instance.
    fn an_init_that_takes_a_port_gets_an_instance_of_its_own(home) {
        let project = home.project("scripted");
        let takes = |version| code(version).replace("    pass", TAKES);
        project.write("src/score.py", &takes(0));
        let mut up = watched(&project, []);
        project.write("src/score.py", &takes(1));
        up.says("cannot take new code: init() takes a port");
        up.says("ready after");
        says(&project.running(), 1);
    }
}

on_processes! {
    fn a_file_that_is_missing_is_waited_for(home) {
        let (project, mut up, _endpoint) = followed(&home);
        names_a_model(&project);
        up.says("runs on as it is");
        std::fs::create_dir(project.path.join("copied")).unwrap();
        project.write("copied/numbers.txt", "1");
        std::fs::rename(project.path.join("copied"), project.path.join("model")).unwrap();
        up.says("ready after");
        let said = stopped(up).stderr;
        assert_eq!(said.matches("runs on as it is").count(), 1, "{said}");
    }

    /// By a training, for example.
    fn who_is_still_writing_is_said(home) {
        let (project, mut up) = model_followed(&home);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    project.write("model/numbers.txt", "2");
                }
            });
            up.says("model/numbers.txt: is being written for so long");
            done.store(true, Relaxed);
        });
        up.says("ready after");
        says(&project.running(), 2);
        project.write("src/score.py", &format!("{READS_MODEL}# saved\n"));
        up.says("every reload loads anew");
        up.says("reloaded in");
    }
}
