//! Mirror traffic, from the YAML and from the verb.

use dsl::{json, on_processes};

on_processes! {
    fn a_copy_reaches_the_other_deployment_and_nobody_notices(home) {
        let two = home.project("two-deployments");
        two.edit("endpoint.yml", "auth_mode: key", "auth_mode: key\ntraffic: {blue: 100}\nmirror_traffic: {green: 50}");
        let two = two.serves(["--seed", "7"]);
        assert_eq!(two.endpoint()["mirror_traffic"], json!({"green": 50}));
        let mut logs = two.foreground(["logs", "-n", "green", "-f"]);
        for _ in 0..10 {
            two.score(json!({"print": "a copy may say this", "raise": "as it should"})).is(424);
        }
        logs.says("a copy may say this");
        two.foreground(["logs", "-n", "blue", "-f"]).says("a copy may say this");

        two.run(["traffic", "--mirror", "green=0"]).succeeds().like_on_any_engine("mirror-off");
        assert_eq!(two.status()["emulators"][0]["endpoints"][0]["mirror_traffic"], json!({}));
        two.run(["traffic", "--mirror", "green=10"]).succeeds().like_on_any_engine("mirror-on");
        two.run(["traffic", "blue=90", "green=10"]).exits(2).like_on_any_engine("mirror-and-live");
        two.run(["traffic", "--mirror", "green=51"]).exits(2).like_on_any_engine("mirror-too-much");
        two.run(["traffic", "--mirror", "red=5"]).exits(3).like_on_any_engine("mirror-to-nobody");
        two.run(["traffic", "green=100", "--mirror", "blue=5"]).succeeds().like_on_any_engine("mirror-turned");
        two.up([]).succeeds();
        assert_eq!(two.status()["emulators"][0]["endpoints"][0]["mirror_traffic"], json!({"blue": 5}));
    }
}
