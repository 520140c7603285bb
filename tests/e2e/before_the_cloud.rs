//! What is told about files before anything starts: `check`, its count in `up`, keys without effect, `schema`.

use dsl::on_processes;

const KINDS: [&str; 5] =
    ["managed-endpoint", "managed-deployment", "kubernetes-endpoint", "kubernetes-deployment", "overlay"];

on_processes! {
    fn check_tells_what_azure_kills(home) {
        let project = home.project("no-init");
        project.run(["check"]).exits(1).like_on_any_engine("check-no-init");
        project.run(["check", "-o", "json"]).exits(1).like_on_any_engine("check-no-init-document");
    }

    fn check_counts_warnings_when_strict(home) {
        let project = home.project("init-hangs");
        project.run(["check"]).succeeds().like_on_any_engine("check-warnings");
        project.run(["check", "--strict"]).exits(1).like_on_any_engine("check-warnings");
        project.run(["check", "nowhere"]).exits(2).like_on_any_engine("check-no-such-folder");
    }

    fn a_pipeline_is_told_in_its_own_words(home) {
        let project = home.project("no-init");
        let checkout = project.path.parent().unwrap().to_str().unwrap();
        let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_WORKSPACE", checkout)];
        project.with(github, ["check"]).exits(1).like_on_any_engine("check-github");
        project.with(github, ["check", "-o", "sarif"]).exits(1).is_quiet();
        let devops = [("TF_BUILD", "True"), ("BUILD_SOURCESDIRECTORY", checkout)];
        project.with(devops, ["check"]).exits(1).like_on_any_engine("check-devops");
        // From elsewhere: the place of a traceback begins at the project, and an annotation's at the checkout.
        let fails = home.project("init-raises");
        home.empty_folder().with(github, ["up", "../init-raises", "-d"]).exits(6).like("up-failed-github");
        fails.left_nothing();
    }

    fn up_counts_what_check_finds(home) {
        let project = home.project("no-init");
        project.run(["up", "--dry-run"]).succeeds().like_on_any_engine("up-counts");
        project.run(["up", "-f", "deployment.yml", "--dry-run"]).succeeds().tells("check -f deployment.yml\n");
        let document = project.run(["up", "--dry-run", "-o", "json"]).succeeds();
        assert!(!document.stderr.contains("check:"), "{document:?}");
        let overlay = project.read("local-endpoint.toml");
        project.write("local-endpoint.toml", &format!("{overlay}\n[check]\nignore = [\"LE041\"]\n"));
        let ignoring = project.run(["up", "--dry-run"]).succeeds();
        assert!(!ignoring.stderr.contains("check:"), "{ignoring:?}");
    }

    fn keys_without_effect_are_one_line_or_a_list(home) {
        let hello = home.example("hello");
        let added = "instance_count: 1\napp_insights_enabled: true\negress_public_network_access: enabled\n";
        hello.edit("deployment.yml", "instance_count: 1\n", added);
        hello.run(["up", "--dry-run"]).succeeds().like_on_any_engine("keys-without-effect");
        hello.run(["up", "-v", "--dry-run"]).succeeds().like_on_any_engine("keys-without-effect-listed");
    }

    fn a_schema_is_the_one_in_docs(home) {
        let empty = home.empty_folder();
        empty.run(["schema"]).succeeds().like_on_any_engine("schema-kinds");
        for kind in KINDS {
            let printed = empty.run(["schema", kind]).succeeds().is_quiet().stdout;
            let documented = dsl::repository().join(format!("docs/schema/{kind}.json"));
            assert_eq!(printed, std::fs::read_to_string(documented).unwrap(), "{kind}");
        }
        empty.run(["schema", "deployment"]).exits(2).like_on_any_engine("schema-unknown");
    }
}
