//! A second `up` of the same project.

use dsl::{json, on_both_engines};

on_both_engines! {
    fn unchanged_nothing_is_restarted(home) {
        let two = home.project("two-deployments").serves([]);
        let (instances, worker) = (two.instances(), two.worker("blue"));
        two.up([]).succeeds().like_in_any_order("up-unchanged");
        assert_eq!((two.instances(), two.worker("blue")), (instances, worker));
    }

    fn changed_only_the_changed_deployment_is_restarted(home) {
        let two = home.project("two-deployments").serves([]);
        let (blue, emulator) = (two.worker("blue"), two.emulator().pid);
        two.edit("green-deployment.yml", "DEPLOYMENT: green", "DEPLOYMENT: greener");
        let again = two.serves([]);
        assert_eq!((again.worker("blue"), again.emulator().pid), (blue, emulator));
        let green = again.request().to("green").json(json!({"env": "DEPLOYMENT"})).send().is(200);
        green.says(json!({"env": "greener"}));
        two.edit("green-deployment.yml", "DEPLOYMENT: greener", "DEPLOYMENT: greenest");
        two.up([]).succeeds().like_in_any_order("up-changed");
    }

    fn a_deployment_that_is_gone_from_the_folder_is_removed(home) {
        let two = home.project("two-deployments").serves([]);
        std::fs::remove_file(two.path.join("green-deployment.yml")).unwrap();
        two.up([]).succeeds().like_in_any_order("up-one-less");
        two.request().to("green").json(json!({})).send().is(404);
    }

    fn what_the_traffic_verb_set_survives_until_the_file_changes(home) {
        let two = home.project("two-deployments").serves([]);
        two.run(["traffic", "green=100", "blue=0"]).succeeds();
        two.up([]).succeeds();
        two.score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "green"}));
        two.edit("endpoint.yml", "auth_mode: key", "auth_mode: key\ntraffic:\n  blue: 100");
        two.up([]).succeeds();
        two.score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "blue"}));
    }
}
