//! What Azure needs for a project, and the commands that deploy it.

use check::{Needs, needs};
use model::{DeploymentName, Desired, RunOptions, Written};
use spec::LoadRequest;
use std::path::Path;

fn of(folder: &Path, change: impl FnOnce(&mut LoadRequest)) -> Needs {
    with(folder, RunOptions::default(), change)
}

fn with(folder: &Path, options: RunOptions, change: impl FnOnce(&mut LoadRequest)) -> Needs {
    let mut request = LoadRequest { path: folder.to_owned(), ..LoadRequest::default() };
    change(&mut request);
    let project = spec::load(&request).expect("the project loads");
    let written = Some(Written { request, files: project.read });
    needs(&Desired { project: project.root, endpoints: project.endpoints, options, written })
}

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

#[test]
fn deployments_of_a_family_add_up() {
    let traffic = Some([("blue", 90), ("green", 10)].map(|(name, part)| (DeploymentName::new(name), part)).into());
    let options = RunOptions { traffic, ..RunOptions::default() };
    let found = with(&example("sklearn-regression"), options, |_| ());
    let quota: Vec<_> = found.quota.iter().map(|it| (it.family.as_str(), it.vcpus, it.because.len())).collect();
    assert_eq!(quota, [("DSv2", 16, 2)]);
    assert_eq!(
        found.commands,
        [
            "az ml online-endpoint create -f endpoint.yml",
            "az ml online-deployment create -f blue-deployment.yml",
            "az ml online-deployment create -f green-deployment.yml",
            "az ml online-endpoint update -n diabetes --traffic \"blue=90 green=10\"",
        ]
    );
}

#[test]
fn what_the_command_line_changes_the_commands_change_too() {
    let found = of(&example("hello"), |request| {
        request.endpoint_name = Some("other".into());
        request.set = vec!["instance_count=10".into(), "blue/environment_variables.X=a b".into(), "red/y=1".into()];
        request.set.pop();
    });
    assert_eq!(found.quota[0].because, ["blue: 1.2 x 10 instances, rounded up, x 4 cores"]);
    assert_eq!(found.quota[0].vcpus, 48);
    assert_eq!(
        found.commands,
        [
            "az ml online-endpoint create -f endpoint.yml -n other",
            "az ml online-deployment create -f deployment.yml -e other --set instance_count=10 --set 'environment_variables.X=a b' --all-traffic",
        ]
    );
}

fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).expect("written"));
    folder
}

#[test]
fn traffic_comes_after_the_deployments() {
    let deployment = "endpoint_name: mine\nenvironment: {image: busybox}\ninstance_type: Standard_DS3_v2\n";
    let endpoint = "name: mine\nauth_mode: key\ntraffic: {blue: 100, green: 0}\nmirror_traffic: {green: 10}\n";
    let folder = folder_of(&[
        ("blue.yml", &format!("name: blue\n{deployment}")),
        ("green.yml", &format!("name: green\n{deployment}")),
        ("endpoint.yml", endpoint),
    ]);
    assert_eq!(
        of(folder.path(), |_| ()).commands,
        [
            "# leave traffic and mirror_traffic out of the file for the next call",
            "az ml online-endpoint create -f endpoint.yml",
            "az ml online-deployment create -f blue.yml",
            "az ml online-deployment create -f green.yml",
            "az ml online-endpoint update -n mine --traffic \"blue=100 green=0\"",
            "az ml online-endpoint update -n mine --mirror-traffic \"green=10\"",
        ]
    );
}

#[test]
fn an_endpoint_of_kubernetes_is_made_from_a_file() {
    let deployment = "name: blue\nendpoint_name: kube\ntype: kubernetes\nenvironment: {image: busybox}\n";
    let folder = folder_of(&[("d.yml", deployment)]);
    assert_eq!(
        of(folder.path(), |_| ()).commands,
        [
            "# first: az ml online-endpoint create -f FILE, with name: kube and compute: azureml:CLUSTER in the file",
            "az ml online-deployment create -f d.yml --all-traffic",
        ]
    );
}

#[test]
fn an_image_of_a_container_registry_and_an_identity_of_ones_own_need_roles() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write("score.py", "def init(): pass\ndef run(data): return data\n");
    write(
        "d.yml",
        "name: blue\nendpoint_name: mine\ncode_configuration: {code: ., scoring_script: score.py}\nenvironment: {image: mine.azurecr.io/a/b:1}\ninstance_type: Standard_ND96isr_H100_v5\ninstance_count: 2\n",
    );
    write(
        "e.yml",
        "$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json\nname: mine\nauth_mode: key\nidentity: {type: user_assigned, user_assigned_identities: [{resource_id: /subscriptions/x/resourceGroups/y/providers/Microsoft.ManagedIdentity/userAssignedIdentities/z}]}\n",
    );
    let found = of(folder.path(), |_| ());
    assert_eq!(
        found.roles,
        [
            "AcrPull on mine",
            "AcrPull on the workspace's container registry",
            "Storage Blob Data Reader on the workspace's storage account",
        ]
    );
    assert_eq!(found.quota[0].because, ["blue: 2 instances, rounded up, x 96 cores"]);
}
