//! `-o` and `--query`: the forms of az. What they look like: fixtures/output.toml.

use dsl::on_processes;

on_processes! {
    fn a_query_of_a_script_prints_the_bare_value(home) {
        let hello = home.example("hello").serves([]);
        let asked = |words: &[&str]| hello.words(words).succeeds().is_quiet().stdout;
        let name = ["--query", "emulators[0].endpoints[0].name"];
        assert_eq!(asked(&[&["status", "-o", "tsv"], &name[..]].concat()), "hello\n");
        assert_eq!(asked(&[&["status"], &name[..]].concat()), "\"hello\"\n");
        assert_eq!(asked(&["status", "-o", "none"]), "");
        let key = hello.key.clone() + "\n";
        assert_eq!(asked(&["keys", "--query", "primaryKey", "-o", "tsv"]), key);
        assert_eq!(asked(&["get-credentials", "-n", "hello", "-o", "yaml", "--query", "primaryKey"]), key);
        assert_eq!(asked(&["invoke", "-r", "sample-request.json", "-o", "tsv", "--query", "status"]), "200\n");
        assert_eq!(asked(&["traffic", "blue=100", "-o", "tsv", "--query", "traffic.blue"]), "100\n");
        hello.run(["status", "-o", "table"]).succeeds().like_on_any_engine("output-table");
        hello.run(["keys", "--query", "nothing"]).succeeds().is_quiet();
        hello.run(["keys", "--query", "sum(@)"]).exits(2).like_on_any_engine("output-query-failed");
        hello.run(["keys", "--query", "a["]).exits(2).like_on_any_engine("output-no-query");
    }

    fn the_form_can_be_set_for_a_shell(home) {
        let hello = home.example("hello").serves([]);
        let form = [("LOCAL_ENDPOINT_OUTPUT", "yaml")];
        hello.with(form, ["status", "--query", "schema_version"]).succeeds().prints("1\n");
        hello.with(form, ["status", "-o", "json", "--query", "schema_version"]).succeeds().prints("1\n");
        hello.with(form, ["chaos", "--query", "endpoint"]).succeeds().prints("hello\n");
        hello.with(form, ["check", ".", "--query", "files[0].verdict"]).prints("accepted\n");
        hello.with(form, ["metrics", "--query", "namespace"]).succeeds();
        hello.with(form, ["logs", "-l", "1"]).succeeds();
        let up = hello.with([("LOCAL_ENDPOINT_OUTPUT", "human")], ["up", "-d"]).succeeds();
        let curl = up.stdout.lines().find(|line| line.starts_with("curl")).expect("a curl line");
        hello.shell(&format!("export LOCAL_ENDPOINT_OUTPUT=yaml; {curl}")).succeeds().prints("Hello");
    }
}
