//! Instances that die, and more than one of them.

use crate::azures_errors::LATE;
use dsl::{Connection, Endpoint, Engine, Load, json, on_both_engines};

/// Who waits for a place is not timed out on a busy machine.
const PATIENT: &str = "request_settings.request_timeout_ms=20000";

/// Their statuses, the best first: twice as many as are served go through, waiting ones counted.
fn six_at_once(scripted: &Endpoint) -> Vec<u16> {
    let hold = |_| scripted.request().json(json!({"sleep": 2})).open();
    let open: Vec<_> = (0..6).map(hold).collect();
    let sent: Vec<_> = open.into_iter().map(Connection::sent).collect();
    let mut statuses: Vec<_> = sent.into_iter().map(|sent| sent.answer().status).collect();
    statuses.sort_unstable();
    statuses
}

on_both_engines! {
    fn an_instance_that_dies_is_started_again(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        let scripted = project.running();
        match home.engine() {
            Engine::Docker => drop(project.shell(&format!("docker kill {}", project.containers()[0])).succeeds()),
            Engine::Process => scripted.servers().iter().for_each(dsl::Process::kill),
        }
        up.says("blue/0: restarting: restart 1");
        up.says("blue/0: ready again");
        scripted.score(json!({"echo": 1})).is(200);
        assert_eq!(scripted.status().pointer("/emulators/0/endpoints/0/deployments/0/instances/0/restarts"), Some(&json!(1)));
    }

    fn two_instances_share_the_requests(home) {
        let scripted = home.project("scripted").serves(["--set", "instance_count=2", "--set", PATIENT, "--set", LATE]);
        scripted.run(["status"]).succeeds().like("two-instances");
        let mut pids: Vec<_> = (0..4).map(|_| scripted.worker("blue").to_string()).collect();
        pids.sort();
        pids.dedup();
        assert!(home.engine() == Engine::Docker || pids.len() == 2, "one of two got everything: {pids:?}");
        assert_eq!(six_at_once(&scripted), [200, 200, 200, 200, 429, 429]);
    }

    /// What Azure would refuse is refused, however many answer here.
    fn more_instances_than_the_yaml_counts_take_no_more_requests(home) {
        let scripted = home.project("scripted").serves(["--instances", "2", "--set", PATIENT, "--set", LATE]);
        scripted.run(["status"]).succeeds().like("two-instances");
        assert_eq!(six_at_once(&scripted), [200, 200, 429, 429, 429, 429]);
    }

    /// One busy replica of one is above the target of 70 percent; 20 looks without a request later one is enough.
    fn a_kubernetes_deployment_scales_with_its_load(home) {
        let project = home.project("kubernetes");
        let scaled = "scale_settings:\n  type: target_utilization\n  min_instances: 1\n  max_instances: 2\ninstance_count: 1\n";
        project.edit("deployment.yml", "instance_count: 1\n", scaled);
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        let kubernetes = project.running();
        let load = Load::of(&kubernetes.request().json(json!({"sleep": 0.2})));
        up.says("blue: 2 instances instead of 1");
        up.says("blue: ready after");
        let tally = load.ends();
        assert!(tally.keys().all(|status| [200, 503].contains(status)), "{tally:?}");
        up.says("blue: 1 instance instead of 2");
        up.says("blue: ready after");
        let state = kubernetes.status().pointer("/emulators/0/endpoints/0/deployments/0/provisioning_state").cloned();
        assert_eq!(state, Some(json!("Succeeded")));
        up.process().interrupt();
        up.ends().exits(130);
        project.left_nothing();
    }
}
