//! A second `up` of the same project.

use dsl::{json, on_both_engines};

on_both_engines! {
    fn unchanged_nothing_is_restarted(home) {
        let two = home.project("two-deployments").serves([]);
        let (instances, worker) = (two.instances(), two.worker("blue"));
        two.up([]).succeeds().like_in_any_order("up-unchanged");
        assert_eq!((two.instances(), two.worker("blue")), (instances, worker));
    }

    fn two_at_the_same_time_are_one(home) {
        let project = home.project("scripted");
        let ups = [project.foreground(["up", "-d"]), project.foreground(["up", "-d"])];
        ups.into_iter().for_each(|up| drop(up.ends().exits(0).prints("http://127.0.0.1:")));
        let scripted = project.running();
        assert_eq!(scripted.document["emulators"].as_array().map(Vec::len), Some(1));
        scripted.score(json!({"echo": 1})).is(200);
    }

    fn down_and_up_at_once(home) {
        let project = home.project("scripted");
        for _ in 0..3 {
            project.serves([]).score(json!({"echo": 1})).is(200);
            project.run(["down"]).succeeds();
        }
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
