//! What callers show: keys, and the two kinds of tokens.

use dsl::{Endpoint, Home, json, on_both_engines, on_processes};
use std::time::{Duration, Instant};

/// `scripted` with another auth mode.
fn with_mode(home: &Home, mode: &str) -> Endpoint {
    let project = home.project("scripted");
    project.edit("endpoint.yml", "auth_mode: key", &format!("auth_mode: {mode}"));
    project.serves([])
}

fn status(endpoint: &Endpoint, credential: &str) -> u16 {
    let request = endpoint.request().header("Authorization", &format!("Bearer {}", credential.trim()));
    request.json(json!({})).send().status
}

/// Refused one day: the door's clock says when.
fn expires(endpoint: &Endpoint, token: &str) {
    let began = Instant::now();
    while status(endpoint, token) == 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "it never expires");
    }
}

on_both_engines! {
    fn a_token_of_the_workspace(home) {
        let scripted = with_mode(&home, "aml_token");
        let document = scripted.run(["keys", "-o", "json"]).succeeds().json();
        let names: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert_eq!(names, ["schema_version", "accessToken", "expiryTimeUtc", "refreshAfterTimeUtc", "tokenType"]);
        assert_eq!((document["accessToken"].as_str(), &document["tokenType"]), (Some(&*scripted.key), &json!("Bearer")));
        assert!(document["refreshAfterTimeUtc"].as_i64() < document["expiryTimeUtc"].as_i64());
        assert_eq!(status(&scripted, &scripted.key), 200);
        scripted.request().header("Authorization", "Bearer old").send().is(401).body("");
        scripted.run(["invoke", "--data", "{}"]).succeeds().is_quiet();
        let curl = scripted.up([]).succeeds().stdout;
        let curl = curl.lines().find(|line| line.starts_with("curl")).expect("a curl line");
        scripted.shell(curl).succeeds().prints("deployment");
        assert_eq!(status(&scripted, &scripted.key), 200, "a second up keeps what was issued");

        scripted.run(["keys", "--key", "primary"]).exits(2).like_on_any_engine("keys-of-a-token-mode");
        scripted.run(["keys", "--regenerate", "primary"]).exits(2).like_on_any_engine("keys-of-a-token-mode");
        let short = scripted.run(["keys", "--token", "--lifetime", "1"]).succeeds().stdout;
        expires(&scripted, &short);
        assert_eq!(status(&scripted, &short), 401);
    }
}

on_processes! {
    fn a_token_of_entra(home) {
        let scripted = with_mode(&home, "aad_token");
        assert_eq!(scripted.key.split('.').count(), 3, "a JWT");
        assert_eq!(status(&scripted, &scripted.key), 200);
        scripted.run(["invoke", "--data", "{}"]).succeeds().is_quiet();
        let management = scripted.run(["keys", "--token", "--audience", "https://management.azure.com"]).succeeds();
        assert_eq!(status(&scripted, &management.stdout), 401);
        let stranger = scripted.run(["keys", "--token", "--tenant", "11111111-2222-3333-4444-555555555555"]).succeeds();
        let refused = scripted.request().header("Authorization", &format!("Bearer {}", stranger.stdout.trim())).send();
        refused.is(403).body("Tenant mismatch: Token tenant does not match resource tenant");
        let forged = format!("{}x", scripted.key);
        assert_eq!(status(&scripted, &forged), 401);
        let short = scripted.run(["keys", "--token", "--lifetime", "1"]).succeeds().stdout;
        expires(&scripted, &short);
        assert_eq!(status(&scripted, &scripted.key), 200);
    }

    fn one_key_is_regenerated_while_the_other_works(home) {
        let scripted = home.project("scripted").serves([]);
        let keys = || {
            let keys = scripted.run(["keys", "-o", "json"]).succeeds().json();
            ["primaryKey", "secondaryKey"].map(|name| keys[name].as_str().unwrap().to_owned())
        };
        let [primary, secondary] = keys();
        scripted.run(["keys", "--regenerate", "primary"]).succeeds();
        assert_eq!([&primary, &secondary].map(|key| status(&scripted, key)), [401, 200]);
        let [renewed, same] = keys();
        assert_eq!(same, secondary);
        scripted.run(["keys", "--regenerate", "secondary"]).succeeds();
        assert_eq!([&renewed, &secondary].map(|key| status(&scripted, key)), [200, 401]);
        scripted.run(["keys", "--token"]).exits(2).like_on_any_engine("token-of-a-key-mode");
    }

    /// What a page of the web meets, as in the cloud: the preflight has no key, and no answer has a CORS header.
    fn a_preflight_is_401_without_a_word_of_cors(home) {
        let scripted = home.project("scripted").serves([]);
        let preflight = scripted.request().method("OPTIONS").without("Authorization").header("Origin", "http://page.test");
        let preflight = preflight.header("Access-Control-Request-Method", "POST").send().is(401);
        let scored = scripted.request().header("Origin", "http://page.test").json(json!({})).send().is(200);
        for header in ["allow-origin", "allow-methods", "allow-headers"] {
            let name = format!("access-control-{header}");
            assert_eq!((preflight.header(&name), scored.header(&name)), (None, None));
        }
    }
}
