//! Pulling: from a real registry, and from one that fails.

use dsl::{Break, Home, Output, Project, Registry, TokenService, Wire, json, on_docker};

/// DOCKER_CONFIG of a folder whose file has this text.
fn docker_config(home: &Home, text: &str) -> String {
    let folder = home.root().join("docker");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.json"), text).unwrap();
    folder.display().to_string()
}

/// The file after `docker login`, as base64 of USER:PASSWORD.
fn logged_in(registry: &Registry, login: &str) -> String {
    format!(r#"{{"auths": {{"{}": {{"auth": "{login}"}}}}}}"#, registry.host())
}

/// alice:p?ss>w~rd, and alice:wrong
const LOGIN: &str = "YWxpY2U6cD9zcz53fnJk";
const WRONG: &str = "YWxpY2U6d3Jvbmc=";

/// The custom container, from this image.
fn project(home: &Home, image: &str) -> Project {
    let project = home.example("custom-container");
    project.edit("deployment.yml", "local-endpoint/custom-container:latest", image);
    project
}

on_docker! {
    fn an_image_is_pulled_once(home) {
        let Some(registry) = Registry::open() else { return };
        registry.push("azureml/adder:1", 6_000_000);
        let image = registry.image("azureml/adder:1");
        let project = project(&home, &image);
        let up = project.up([]).succeeds().tells(&format!("blue: pulling {image}: 1 layer, "));
        up.without_progress(&format!("blue: pulling {image}: ")).like("pulled");
        project.running().score(json!({"numbers": [1, 2]})).is(200);
        project.run(["down"]).succeeds();
        project.up([]).succeeds().like("pulled-already");
    }

    fn always_asks_the_registry_and_never_does_not(home) {
        let Some(registry) = Registry::open() else { return };
        let project = project(&home, &registry.image("azureml/custom:1"));
        project.up(["--pull", "never"]).exits(5).like("pull-never");
        project.up(["--pull", "always"]).succeeds().like("pull-always");
        project.run(["down"]).succeeds();
        let again = project.up(["--pull", "always"]).succeeds();
        again.tells("azureml/custom:1: up to date");
        project.run(["down"]).succeeds();
        drop(registry);
        project.up(["--pull", "always"]).exits(5);
    }

    fn an_image_that_is_not_there(home) {
        let Some(registry) = Registry::open() else { return };
        project(&home, &registry.image("azureml/custom:2")).up([]).exits(5).like("pull-no-such-tag");
    }

    fn a_registry_that_wants_a_login(home) {
        let Some(registry) = Registry::private() else { return };
        project(&home, &registry.image("azureml/custom:1")).up([]).exits(5).like("pull-denied");
    }

    fn the_docker_login_is_used_and_never_told(home) {
        let Some(registry) = Registry::private() else { return };
        let project = project(&home, &registry.image("azureml/custom:1"));
        let config = docker_config(&home, &logged_in(&registry, LOGIN));
        let up = project.with([("DOCKER_CONFIG", &config)], ["up", "-d"]).succeeds().like("pulled-with-a-login");
        up.hides(dsl::PASSWORD);
        let everything = project.shell("cat $(find $LOCAL_ENDPOINT_HOME -type f)").stdout;
        assert!(!everything.contains(dsl::PASSWORD) && !everything.contains(LOGIN), "{everything}");
    }

    fn a_login_that_is_not_accepted(home) {
        let Some(registry) = Registry::private() else { return };
        let project = project(&home, &registry.image("azureml/custom:1"));
        let config = docker_config(&home, &logged_in(&registry, WRONG));
        project.with([("DOCKER_CONFIG", &config)], ["up", "-d"]).exits(5).like("pull-login-refused");
    }

    fn a_credential_helper_is_asked(home) {
        let Some(registry) = Registry::private() else { return };
        let project = project(&home, &registry.image("azureml/custom:1"));
        let helper = format!(
            "#!/bin/sh\nread server\n[ \"$1 $server\" = 'get {}' ] || exit 9\n\
             echo '{{\"ServerURL\": \"-\", \"Username\": \"{}\", \"Secret\": \"{}\"}}'\n",
            registry.host(), dsl::USER, dsl::PASSWORD
        );
        project.write("docker-credential-test", &helper);
        project.shell("chmod +x docker-credential-test").succeeds();
        let config = docker_config(&home, r#"{"credsStore": "test"}"#);
        let own = home.program().parent().unwrap().display();
        let path = format!("{}:{own}:{}", project.path.display(), std::env::var("PATH").unwrap());
        let up = project.with([("DOCKER_CONFIG", &config), ("PATH", &path)], ["up", "-d"]);
        up.succeeds().tells(&format!("with the docker login for {}", registry.host())).hides(dsl::PASSWORD);
    }

    /// As `az acr login` leaves it.
    fn an_identity_token_reaches_the_token_service(home) {
        let service = TokenService::start();
        let project = project(&home, &format!("{}/azureml/custom:1", service.host()));
        let entry = format!(r#"{{"auths": {{"{}": {{"identitytoken": "hunter2"}}}}}}"#, service.host());
        let config = docker_config(&home, &entry);
        let up = project.with([("DOCKER_CONFIG", &config)], ["up", "-d"]).exits(5);
        up.tells("error[ResourceNotFound]").hides("hunter2");
        let asked = service.asked();
        assert!(asked.contains("grant_type=refresh_token") && asked.contains("refresh_token=hunter2"), "{asked}");
    }

    fn an_old_copy_of_a_floating_tag_is_said(home) {
        let Some(registry) = Registry::open() else { return };
        registry.push("azureml/adder:latest", 10);
        let image = registry.image("azureml/adder");
        let project = project(&home, &image);
        let says = |up: Output| up.stderr.contains("FloatingTagOld");
        assert!(!says(project.up([]).succeeds()));
        project.run(["down"]).succeeds();
        let file = "$XDG_CACHE_HOME/local-endpoint/images/$(docker image inspect -f '{{.Id}}' IMAGE | tr : -).pulled";
        let age = format!("touch -d '43 days ago' {}", file.replace("IMAGE", &image));
        project.shell(&age).succeeds();
        let note = format!("{image} is the copy pulled 43 days ago; --pull always asks the registry for its newest");
        project.up([]).succeeds().tells(&note);
        project.run(["down"]).succeeds();
        assert!(!says(project.up(["--pull", "always"]).succeeds().tells("up to date")));
    }

    fn a_build_stands_on_an_image_behind_a_login(home) {
        let Some(registry) = Registry::private() else { return };
        let project = home.example("custom-container");
        let build = "environment:\n  build:\n    path: context";
        project.edit("deployment.yml", "environment:\n  # For Azure: push the image to a registry, and name it here.\n  image: local-endpoint/custom-container:latest", build);
        std::fs::create_dir(project.path.join("context")).unwrap();
        let from = format!("FROM {}\nENV MARK={}\n", registry.image("azureml/custom:1"), registry.host());
        project.write("context/Dockerfile", &from);
        project.up([]).exits(5).like("build-on-a-denied-image");
        let config = docker_config(&home, &logged_in(&registry, LOGIN));
        let up = project.with([("DOCKER_CONFIG", &config)], ["up", "-d"]).succeeds();
        up.tells("azureml/custom:1 with the docker login for").hides(dsl::PASSWORD);
    }

    fn a_manifest_that_breaks_off(home) {
        let Some(registry) = Registry::open() else { return };
        // One that no engine remembers the manifest of.
        registry.push("azureml/adder:3", 10);
        let wire = Wire::to(registry.port(), Break { after_bytes: 1000, then_closed: usize::MAX });
        project(&home, &wire.image("azureml/adder:3")).up([]).exits(5).like("pull-broke-off");
    }

    fn a_download_that_breaks_off_goes_on(home) {
        let Some(registry) = Registry::open() else { return };
        registry.push("azureml/adder:2", 6_000_000);
        let wire = Wire::to(registry.port(), Break { after_bytes: 1_000_000, then_closed: 0 });
        let project = project(&home, &wire.image("azureml/adder:2"));
        project.up([]).succeeds().tells("the download broke off; again in 5 seconds");
    }

    fn a_registry_out_of_reach(home) {
        project(&home, "registry.invalid/azureml/custom:1").up([]).exits(5).like("pull-unreachable");
    }
}
