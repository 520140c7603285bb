//! `local-endpoint.lock`, and images for other processors.

use dsl::{Home, Project, on_both_engines, on_docker, on_processes};

/// With packages that another test has, too.
fn project(home: &Home) -> Project {
    home.project("inline-conda")
}

on_both_engines! {
    fn a_lock_says_what_has_changed_since(home) {
        let project = project(&home);
        project.up(["--lock"]).succeeds().tells("local-endpoint.lock has what it is made of: ");
        let lock = project.json("local-endpoint.lock");
        let locked = &lock["deployments"]["inline-conda/blue"];
        let packages = &locked["installed"]["packages"];
        assert_eq!((&locked["server"], &packages["tabulate"]), (&"1.5.1".into(), &"0.9.0".into()), "{lock}");
        assert_eq!(locked["image"]["name"].is_string(), home.engine() == dsl::Engine::Docker, "{lock}");
        project.run(["down"]).succeeds();
        project.up([]).succeeds().hides("local-endpoint.lock");
        project.edit("local-endpoint.lock", "\"tabulate\": \"0.9.0\"", "\"tabulate\": \"0.8.10\"");
        project.run(["down"]).succeeds();
        project.up([]).succeeds().like("lock-drift");
        // What runs is written down as it is: nothing is restarted.
        project.up(["--lock"]).succeeds().tells("local-endpoint.lock has what it is made of: ").hides("starts azmlinfsrv");
        assert_eq!(project.json("local-endpoint.lock"), lock);
        project.write("local-endpoint.lock", "<<<<<<< HEAD");
        project.run(["down"]).succeeds();
        project.up([]).succeeds().tells("warning[LockDrift]: local-endpoint.lock cannot be read, and nothing is compared: ");
    }
}

on_docker! {
    /// Its programs are this machine's own, so that it runs without an emulator.
    fn an_image_for_other_processors_is_said_before_it_starts(home) {
        let project = home.example("custom-container");
        let image = format!("engine-test/other-processors:{}", home.root().file_name().unwrap().display());
        // The word has as many letters as the other, so that it can be replaced in the archive.
        let make = "docker tag local-endpoint/custom-container:latest IMAGE && docker save IMAGE | LC_ALL=C sed 's/\"architecture\":\"amd64\"/\"architecture\":\"arm64\"/g' | docker load";
        project.shell(&make.replace("IMAGE", &image)).succeeds();
        project.edit("deployment.yml", "local-endpoint/custom-container:latest", &image);
        let up = project.up([]).succeeds();
        up.tells(&format!("warning[ArchitectureDiffers]: blue: the image {image} is for arm64; the engine's machine is amd64, so it runs emulated"));
        project.up(["--platform", "linux/arm64", "--pull", "never"]).succeeds();
        project.up(["--platform", "linux/amd64", "--pull", "never"]).exits(5).tells(&format!("{image} for linux/amd64 is not on this machine"));
        project.run(["down"]).succeeds();
        project.shell(&format!("docker image rm {image}")).succeeds();
    }
}

on_processes! {
    fn processes_are_this_machines(home) {
        home.project("scripted").up(["--platform", "linux/arm64"]).exits(4).tells("processes run on this machine as it is, and --platform asks for linux/arm64");
    }
}
