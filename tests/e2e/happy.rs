//! From `up` to `down`.

use crate::azures_errors::LATE;
use dsl::{json, on_both_engines};

on_both_engines! {
    fn up_prints_what_to_do_next(home) {
        let hello = home.example("hello");
        let up = hello.up(["--set", LATE]).succeeds().like("hello-up");
        let curl = up.stdout.lines().find(|line| line.starts_with("curl")).expect("a curl line");
        let answer = hello.shell(curl).succeeds();
        assert_eq!(answer.json(), hello.json("expected-response.json"));
        hello.run(["down"]).succeeds().like("hello-down");
        hello.left_nothing();
        hello.run(["down"]).succeeds().like("hello-down-again");
    }

    fn the_documents_are_the_contracts(home) {
        let hello = home.example("hello");
        hello.up(["-o", "json", "--set", LATE]).succeeds().like("hello-document");
        hello.run(["status", "-o", "json"]).succeeds().like("hello-status-document");
    }

    fn every_verb_of_a_running_endpoint(home) {
        let hello = home.example("hello").serves(["--set", LATE]);
        hello.run(["status"]).succeeds().like("hello-status");
        hello.foreground(["logs", "-f"]).says("ready for serving traffic");
        hello.run(["logs", "-l", "2"]).succeeds().like("hello-logs");
        hello.run(["invoke", "-r", "sample-request.json"]).succeeds().is_quiet().prints("Hello");
        hello.run(["invoke", "--data", r#"{"name": "Ada"}"#, "-o", "json"]).succeeds().like("hello-invoke-document");
        hello.run(["logs", "-n", "green"]).exits(3).like("hello-logs-unknown");
        hello.run(["get-logs", "-n", "blue", "-e", "hello", "-l", "0"]).succeeds().like("hello-get-logs");
        hello.run(["get-logs"]).succeeds().prints("ready for serving traffic");
        hello.run(["get-logs", "-n", "green"]).exits(3).like("hello-logs-unknown");
        hello.run(["traffic", "blue=0"]).succeeds().like("hello-traffic");
        hello.score(json!({"name": "Ada"})).is(404);
    }

    fn status_can_be_watched(home) {
        let hello = home.example("hello").serves(["--set", LATE]);
        let mut watch = hello.foreground(["status", "--watch", "-o", "tsv", "--query", "emulators[0].endpoints[0].name"]);
        watch.says("hello");
        watch.says("hello");
        watch.process().interrupt();
        watch.ends().exits(130).is_quiet();
        let mut watch = hello.terminal(&["status", "--watch"]);
        watch.says("\u{1b}[?1049h");
        for _ in 0..2 {
            watch.says("\u{1b}[H\u{1b}[J");
            watch.says(" blue        Succeeded  1/1    100%     pass");
        }
        watch.types("\u{3}");
        assert!(watch.ends().exits(130).stdout.ends_with("\u{1b}[?1049l"));
    }

    fn keys_are_stable_until_they_are_regenerated(home) {
        let hello = home.example("hello").serves([]);
        let keys = hello.run(["keys", "-o", "json"]).succeeds().json();
        assert_eq!(keys["primaryKey"], hello.key);
        hello.run(["down"]).succeeds();
        let hello = hello.serves([]);
        assert_eq!(hello.run(["keys", "-o", "json"]).json(), keys);
        let secondary = keys["secondaryKey"].as_str().unwrap();
        hello.request().header("Authorization", &format!("Bearer {secondary}")).json(json!({"name": "x"})).send().is(200);
        hello.run(["keys", "--regenerate", "primary"]).succeeds();
        hello.score(json!({"name": "x"})).is(401);
    }

    fn variables_from_the_command_line(home) {
        let hello = home.example("hello");
        hello.write("dev.env", "GREETING=Moin\n");
        hello.serves(["--env", "GREETING=Ahoi"]).score(json!({"name": "Ada"})).says(json!({"answer": "Ahoi, Ada!"}));
        hello.serves(["--env-file", "dev.env"]).score(json!({"name": "Ada"})).says(json!({"answer": "Moin, Ada!"}));
    }

    fn what_is_detached_has_a_session_of_its_own(home) {
        let hello = home.example("hello").serves([]);
        assert!(hello.emulator().leads_a_session(), "it would die with the terminal");
        let proxy = [("HTTP_PROXY", "http://127.0.0.1:1"), ("http_proxy", "http://127.0.0.1:1")];
        hello.with(proxy, ["invoke", "-r", "sample-request.json"]).succeeds().is_quiet();
    }

    fn a_key_of_ones_own(home) {
        let hello = home.example("hello");
        hello.with([("LOCAL_ENDPOINT_KEY", "mine")], ["up", "-d"]).succeeds();
        hello.run(["keys", "--key", "primary"]).succeeds().prints("mine\n");
        hello.run(["keys", "--regenerate", "primary"]).exits(2).like_on_any_engine("key-fixed");
        hello.run(["keys", "--regenerate", "secondary"]).succeeds();
        hello.run(["down"]).succeeds();
        hello.up([]).succeeds();
        hello.run(["keys", "--regenerate", "primary"]).succeeds();
    }
}
