//! Managed identities: who is answered, with what, and by whose word.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dsl::{DevContainer, Endpoint, Project, Value, json, on_both_engines, on_docker, on_processes};
use std::os::unix::fs::PermissionsExt;

const OFF: &str = "local-endpoint: the managed identity is off on this machine. Write into local-endpoint.toml, beside the \
                   deployment's YAML, the lines `[identity]` and `token = \"az\"` (tokens of your own az login) or \
                   `token = \"fake\"`, then run `local-endpoint up` again";
const NO_TOKEN: &str = "App Service managed identity configuration not found in environment. Token request error: \
                        (invalid_scope) 400, ";

fn switch_on(project: &Project, line: &str) {
    let overlay = project.read("local-endpoint.toml");
    project.write("local-endpoint.toml", &format!("{overlay}\n[identity]\n{line}\n"));
}

/// What App Service's protocol gets.
fn asked(endpoint: &Endpoint, query: Value) -> Value {
    let answer = endpoint.score(json!({"variables": "IDENTITY", "query": query})).is(200).json();
    assert!(answer["seconds"].as_f64() < Some(10.0), "{answer}");
    answer
}

fn claims(token: &Value) -> Value {
    let middle = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).unwrap()).unwrap()
}

on_both_engines! {
    /// The real azure-identity: an unanswered one would keep init() for a minute.
    fn azure_identity_is_refused_at_once_while_it_is_off(home) {
        let project = home.project("azure-packages");
        let endpoint = project.serves([]);
        for credential in ["ManagedIdentityCredential", "DefaultAzureCredential"] {
            let answer = endpoint.score(json!({"credential": credential})).is(200).json();
            assert!(answer["seconds"].as_f64() < Some(10.0), "{answer}");
            let message = answer["message"].as_str().unwrap();
            let own = message.lines().find_map(|line| line.strip_prefix("\tManagedIdentityCredential: ")).unwrap_or(message);
            assert_eq!(own, format!("{NO_TOKEN}{OFF}"));
        }
        project.run(["down"]).succeeds();
        let up = project.up(["--env", "ASK_IN_INIT=1"]).exits(6).without_logs();
        up.tells("warning[IdentityOff]: blue/0 asked for a token for https://storage.azure.com, and was refused: [identity] is off")
            .tells("token = \"az\"");
    }

    fn azure_identity_gets_a_token_once_it_is_on(home) {
        let project = home.project("azure-packages");
        switch_on(&project, "token = \"fake\"");
        let up = project.up(["--env", "ASK_IN_INIT=1"]).succeeds();
        up.tells("blue: instance 0 got a token for https://storage.azure.com (made up)");
        let endpoint = project.running();
        let ask = |what: Value| endpoint.score(what).is(200).json();
        for credential in ["ManagedIdentityCredential", "DefaultAzureCredential"] {
            let answer = ask(json!({"credential": credential}));
            assert_eq!(claims(&answer["token"])["aud"], "https://storage.azure.com", "{answer}");
            assert!(answer["lives"].as_i64() > Some(86_000), "{answer}");
        }
        let answer = ask(json!({"credential": "ManagedIdentityCredential", "with": {"client_id": "1111"}}));
        let why = "local-endpoint: the endpoint's identity is system-assigned, not the user-assigned 1111 (`identity` of the endpoint's YAML)";
        assert_eq!(answer["message"], format!("{NO_TOKEN}{why}"));
    }

    fn both_protocols_are_spoken_and_only_to_those_who_show_the_pass(home) {
        let project = home.project("identity");
        let prints = r#"echo "{\"accessToken\": \"secret-token-of-$0\", \"expires_on\": 2051222400}""#;
        switch_on(&project, &format!("command = [\"sh\", \"-c\", '{prints}', \"{{resource}}\"]"));
        let endpoint = project.serves([]);
        let granted = |end: Value| json!({
            "access_token": "secret-token-of-vault", "client_id": "", "expires_on": end, "resource": "vault", "token_type": "Bearer",
        });
        let answer = asked(&endpoint, json!({"api-version": "2019-08-01", "resource": "vault"}));
        assert_eq!((&answer["status"], &answer["body"]), (&json!(200), &granted(json!("2051222400"))));
        let answer = endpoint.score(json!({"variables": "MSI", "query": {"resource": "vault"}})).is(200).json();
        assert_eq!(answer["body"]["expires_on"], json!(2_051_222_400));
        let stranger = json!({"variables": "IDENTITY", "query": {"resource": "vault"}, "header": "X-Another"});
        let answer = endpoint.score(stranger).is(200).json();
        assert_eq!(answer["body"], json!({"statusCode": 401, "message": "local-endpoint: this is no pass of an instance"}));
        let answer = asked(&endpoint, json!({"api-version": "2019-08-01"}));
        assert_eq!((&answer["status"], &answer["body"]["statusCode"]), (&json!(400), &json!(400)));
        endpoint.run(["logs"]).succeeds().hides("secret-token-of");
        endpoint.shell("! grep -r secret-token-of-vault \"$LOCAL_ENDPOINT_HOME\"").succeeds();
    }

    fn the_endpoints_own_identity_is_what_is_asked(home) {
        let project = home.project("identity");
        switch_on(&project, "token = \"fake\"");
        let own = "identity:\n  type: user_assigned\n  user_assigned_identities:\n  - client_id: '1111'\n";
        project.write("endpoint.yml", &format!("{}{own}", project.read("endpoint.yml")));
        let endpoint = project.serves([]);
        let answer = asked(&endpoint, json!({"resource": "vault", "client_id": "1111"}));
        assert_eq!((&answer["status"], &answer["body"]["client_id"]), (&json!(200), &json!("1111")));
        let answer = asked(&endpoint, json!({"resource": "vault", "client_id": "2222"}));
        let why = "local-endpoint: the endpoint has another user-assigned identity than 2222 (`identity` of the endpoint's YAML)";
        assert_eq!(answer["body"], json!({"statusCode": 400, "message": why}));
        assert_eq!(asked(&endpoint, json!({"resource": "vault"}))["status"], 200);
        project.edit("endpoint.yml", own, "identity:\n  type: none\n");
        project.up([]).succeeds();
        assert_eq!(asked(&endpoint, json!({"resource": "vault"}))["status"], 400);
    }
}

on_processes! {
    /// A stand-in for az, which is no package of the Python index.
    fn tokens_come_from_the_az_login(home) {
        let project = home.project("identity");
        switch_on(&project, "token = \"az\"");
        let prints = r#"{"accessToken": "of-az", "expiresOn": "2035-01-01 00:00:00.000000", "expires_on": 2051222400}"#;
        project.write("az", &format!("#!/bin/sh\necho \"$@\" >> az-was-asked\necho '{prints}'\n"));
        std::fs::set_permissions(project.path.join("az"), std::fs::Permissions::from_mode(0o755)).unwrap();
        project.shell("PATH=\"$PWD:$PATH\" local-endpoint up -d").succeeds();
        let endpoint = project.running();
        for _ in 0..3 {
            let answer = asked(&endpoint, json!({"resource": "https://vault.azure.net"}));
            assert_eq!((&answer["body"]["access_token"], &answer["body"]["expires_on"]), (&json!("of-az"), &json!("2051222400")));
        }
        let words = "account get-access-token --output json --resource https://vault.azure.net\n";
        assert_eq!(project.read("az-was-asked"), words, "asked once, kept after that");
    }

    fn az_that_fails_says_why_to_both(home) {
        let project = home.project("identity");
        switch_on(&project, "command = [\"sh\", \"-c\", \"echo 'ERROR: Please run az login' >&2; exit 1\"]");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        let answer = asked(&project.running(), json!({"resource": "vault"}));
        let why = "sh failed (exit status: 1): ERROR: Please run az login";
        assert_eq!(answer["body"]["message"], format!("local-endpoint: no token for vault: {why}"));
        up.says(&format!("warning[IdentityTokenFailed]: blue/0 asked for a token for vault, and got none: {why}"));
    }

    /// On a machine of Azure's the metadata service is the machine's own.
    fn the_machines_own_identity_is_left_to_it(home) {
        let project = home.project("scripted");
        switch_on(&project, "token = \"machine\"");
        let endpoint = project.serves([]);
        for name in ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "MSI_SECRET"] {
            endpoint.score(json!({"env": name})).is(200).says(json!({"env": null}));
        }
    }

    fn an_identity_endpoint_of_the_users_own_wins(home) {
        let endpoint = home.project("scripted").serves(["--env", "MSI_ENDPOINT=http://mine", "--env", "MSI_SECRET=mine"]);
        endpoint.score(json!({"env": "MSI_ENDPOINT"})).is(200).says(json!({"env": "http://mine"}));
        endpoint.score(json!({"env": "IDENTITY_ENDPOINT"})).is(200).says(json!({"env": null}));
    }
}

on_docker! {
    fn an_instance_that_outlives_its_emulator_is_known_to_the_next(home) {
        let project = home.project("identity");
        switch_on(&project, "token = \"fake\"");
        let emulator = project.serves([]).emulator();
        emulator.kill();
        emulator.ends();
        let again = project.serves([]);
        assert_eq!(asked(&again, json!({"resource": "vault"}))["status"], 200);
    }

    /// A dev container: instances reach it at its own address.
    fn from_inside_a_container(home) {
        let project = home.project("identity");
        switch_on(&project, "token = \"fake\"");
        let inside = DevContainer::with(&project);
        inside.runs("local-endpoint up -d");
        let ask = r#"{"variables": "IDENTITY", "query": {"resource": "vault"}}"#;
        inside.runs(&format!("local-endpoint invoke --data '{ask}'")).prints("{\"status\": 200, \"body\": {\"access_token\": ");
        inside.runs("local-endpoint down --purge");
        inside.left_nothing();
    }
}
