//! The storage initializer: what of the user's files an instance gets.

use crate::azures_errors::LATE;
use crate::disk_full::on_a_small_disk;
use dsl::{Home, Project, json, on_both_engines, on_docker, on_processes};

/// A project with `model.tar.gz`, in which `credit/weights.bin` has so many bytes.
fn packed(home: &Home, bytes: usize) -> Project {
    let project = home.project("packed-model");
    let pack = "mkdir credit && head -c $1 /dev/zero > credit/weights.bin && tar cf - credit | gzip -1 > model.tar.gz";
    project.shell(&format!("set -- {bytes}; {pack} && rm -r credit")).succeeds();
    project
}

on_both_engines! {
    fn an_archive_is_unpacked_once(home) {
        let project = packed(&home, 1000);
        // Whether another test had it before is a matter of order: the content differs from home to home.
        project.shell("date +%N > stamp && gunzip model.tar.gz && tar rf model.tar stamp && gzip model.tar").succeeds();
        project.up([]).succeeds().tells("blue: unpacking model.tar.gz\nblue: unpacked in ");
        project.running().score(json!({})).is(200).says(json!(["credit/weights.bin", "stamp"]));
        project.run(["logs", "-c", "storage-initializer"]).succeeds().like("storage-unpacked");
        project.run(["down"]).succeeds();
        project.up([]).succeeds().hides("unpacking");
        project.running().score(json!({})).is(200).says(json!(["credit/weights.bin", "stamp"]));
    }

    fn an_archive_that_is_none_fails_as_in_azure(home) {
        let project = home.project("packed-model");
        project.write("model.tar.gz", "<html>404 Not Found</html>");
        project.up([]).exits(6).like("storage-no-archive");
        project.run(["logs", "-c", "storage-initializer"]).succeeds().like_on_any_engine("storage-no-archive-log");
        project.left_nothing();
    }

    /// As a cache of Hugging Face has them. az uploads what they lead to.
    fn what_links_lead_to_is_there(home) {
        let project = home.project("packed-model");
        project.edit("deployment.yml", "path: model.tar.gz", "path: model");
        project.edit("deployment.yml", "azureml.unpack: True", "other: True");
        let link = "mkdir model blobs && echo weights > blobs/abc && ln -s ../blobs/abc model/near && ln -s \"$PWD/blobs/abc\" model/far";
        project.shell(link).succeeds();
        for how in ["read-only", "scratch"] {
            project.up(["--mounts", how]).succeeds();
            for name in ["near", "far"] {
                let read = json!({"read": format!("model/{name}")});
                project.running().score(read).is(200).says(json!("weights\n"));
            }
            project.run(["down"]).succeeds();
        }
    }

    /// An instance has the file of the project, of which nothing is on the disk but its length.
    fn a_large_model_is_not_copied(home) {
        let project = home.project("packed-model");
        project.edit("deployment.yml", "path: model.tar.gz", "path: model.bin");
        project.edit("deployment.yml", "azureml.unpack: True", "other: True");
        project.shell("truncate -s 1G model.bin").succeeds();
        let look = "stat = os.stat(os.path.join(root, 'model.bin')); return [stat.st_ino, stat.st_size, stat.st_blocks]";
        project.edit("src/score.py", "    if \"write\" in do:", &format!("    {look}\n    if \"write\" in do:"));
        project.up([]).succeeds();
        let inode = std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(project.path.join("model.bin")).unwrap());
        project.running().score(json!({})).is(200).says(json!([inode, 1_u64 << 30, 0]));
    }

    /// It serves here, so that nobody would notice.
    fn a_file_that_az_does_not_upload_is_named(home) {
        let project = home.project("scripted");
        project.write("src/.amlignore", "*.csv\n");
        project.write("src/names.csv", "a,b\n");
        project.edit("src/score.py", "def init():", "def init():\n    open(os.path.join(os.path.dirname(__file__), 'names.csv'))");
        project.up(["--set", LATE]).succeeds().like("storage-not-uploaded");
    }
}

on_processes! {
    fn an_unpacked_model_is_listed_and_stays_while_it_is_used(home) {
        let project = packed(&home, 1000);
        project.shell("date +%N > stamp && gunzip model.tar.gz && tar rf model.tar stamp && gzip model.tar").succeeds();
        let told = "    if \"where\" in do:\n        return os.path.realpath(root)\n    if \"write\" in do:";
        project.edit("src/score.py", "    if \"write\" in do:", told);
        project.up([]).succeeds();
        let content = project.running().score(json!({"where": true})).is(200).json();
        let name = content.as_str().unwrap().rsplit('/').nth(1).unwrap().to_owned();
        let all = || project.run(["images", "-o", "json"]).succeeds().json()["images"].as_array().unwrap().clone();
        let ours = |all: Vec<dsl::Value>| all.into_iter().find(|it| it["name"] == name.as_str());
        let used = |found: Option<dsl::Value>| found.map(|it| (it["engine"].clone(), it["in_use"].clone()));
        assert_eq!(used(ours(all())), Some((json!("any"), json!(true))));
        project.run(["down"]).succeeds();
        assert_eq!(used(ours(all())), Some((json!("any"), json!(false))));
        let removable = project.run(["prune", "--dry-run", "-o", "json"]).succeeds().json();
        assert!(ours(removable["images"].as_array().unwrap().clone()).is_some());
    }
}

on_docker! {
    fn a_model_for_its_owner_alone_is_closed_to_the_containers_user(home) {
        let project = packed(&home, 10);
        project.edit("local-endpoint.toml", "local-endpoint/inference:latest", "local-endpoint/azureml-like:latest");
        project.edit("deployment.yml", "    azureml.unpack: True", "    other: True");
        project.shell("chmod 600 model.tar.gz").succeeds();
        project.up([]).exits(6).like("storage-unreadable");
        project.left_nothing();
    }
}

on_processes! {
    fn a_model_that_does_not_fit_fails_as_in_azure(home) {
        let project = packed(&home, 1_000_000);
        let output = on_a_small_disk(&project, "$XDG_CACHE_HOME/local-endpoint/models", "local-endpoint up -d; echo \"up: $?\"");
        if let Some(output) = output {
            output.exits(0).like("storage-disk-full");
        }
    }
}
