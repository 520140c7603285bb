//! A disk without space: what ran runs on, and nothing is lost.

use dsl::{Output, Project, on_processes};

const STATE: &str = "$LOCAL_ENDPOINT_HOME";

/// A disk of 400 KB for this folder, in a namespace that ends with the script.
pub fn on_a_small_disk(project: &Project, folder: &str, script: &str) -> Option<Output> {
    let namespace = "unshare --user --map-root-user --mount";
    let mount = format!(r#"mkdir -p "{folder}" && mount -t tmpfs -o size=400k tmpfs "{folder}""#);
    if project.shell(&format!("{namespace} sh -c '{mount}'")).code != Some(0) {
        dsl::skipped("this machine lets nobody mount in a namespace of his own");
        return None;
    }
    project.write("script.sh", &format!("{mount} || exit 9\n{script}"));
    Some(project.shell(&format!("{namespace} sh script.sh")))
}

on_processes! {
    fn what_runs_runs_on_and_goes_on_when_there_is_space(home) {
        let script = r#"
            fill() { cat /dev/zero > "$LOCAL_ENDPOINT_HOME/fill" 2>/dev/null; }
            asks() { local-endpoint invoke --data '{"env": "DEPLOYMENT"}'; }
            changed() { local-endpoint up -d --set environment_variables.DEPLOYMENT=bluer -o json; }
            local-endpoint up -d > up.txt 2>&1 || exit 1
            fill
            changed > /dev/null; echo "changed: $?"
            asks
            rm "$LOCAL_ENDPOINT_HOME/fill"
            changed > /dev/null 2>&1; echo "changed: $?"
            asks
            fill
            local-endpoint down; echo "down: $?""#;
        if let Some(output) = on_a_small_disk(&home.project("scripted"), STATE, script) {
            output.exits(0).like("disk-full");
        }
    }

    fn nothing_begins_without_space(home) {
        let script = r#"
            cat /dev/zero > "$LOCAL_ENDPOINT_HOME/fill" 2>/dev/null
            local-endpoint up -d; echo "up: $?"
            local-endpoint down; echo "down: $?""#;
        if let Some(output) = on_a_small_disk(&home.project("scripted"), STATE, script) {
            output.exits(0).like("disk-full-at-once");
        }
    }
}
