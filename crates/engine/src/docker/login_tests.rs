use super::*;

fn logins(text: &str) -> (tempfile::TempDir, Logins) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), text).unwrap();
    let logins = Logins { folder: Some(folder.path().to_owned()), given: None };
    (folder, logins)
}

async fn found(text: &str, registry: &str) -> Option<(String, String, String)> {
    let (_folder, logins) = logins(text);
    let login = logins.find(registry, &|line| panic!("said: {line}")).await?;
    Some((login.username, login.password, login.identitytoken))
}

fn user(name: &str, password: &str, token: &str) -> Option<(String, String, String)> {
    Some((name.into(), password.into(), token.into()))
}

#[tokio::test]
async fn every_form_of_the_file() {
    // YWxpY2U6cDphc3M= is alice:p:ass
    let plain = r#"{"auths": {"r.example:5000": {"auth": "YWxpY2U6cDphc3M="}}}"#;
    assert_eq!(found(plain, "r.example:5000").await, user("alice", "p:ass", ""));
    assert_eq!(found(plain, "r.example").await, None);
    let address = r#"{"auths": {"https://r.example/v1/": {"auth": "YWxpY2U6cDphc3M="}}}"#;
    assert_eq!(found(address, "r.example").await, user("alice", "p:ass", ""));
    let hub = r#"{"auths": {"https://index.docker.io/v1/": {"username": "bob", "password": "b"}}}"#;
    assert_eq!(found(hub, "docker.io").await, user("bob", "b", ""));
    // As `az acr login` writes it.
    let acr = r#"{"auths": {"a.azurecr.io": {"auth": "MDAwOg==", "identitytoken": "eyJ"}}}"#;
    assert_eq!(found(acr, "a.azurecr.io").await, user("000", "", "eyJ"));
    for nothing in ["{}", r#"{"auths": null}"#, r#"{"auths": {"r.example": {}}, "HttpHeaders": {"a": "b"}}"#] {
        assert_eq!(found(nothing, "r.example").await, None);
    }
}

#[tokio::test]
async fn a_variable_comes_before_the_file() {
    let (_folder, mut logins) = logins(r#"{"auths": {"r.example": {"username": "file", "password": "f"}}}"#);
    logins.given = Some(r#"{"auths": {"r.example": {"username": "given", "password": "g"}}}"#.into());
    assert_eq!(logins.find("r.example", &|_| ()).await.unwrap().username, "given");
    assert!(logins.know("r.example") && !logins.know("other.example"));
}

#[tokio::test]
async fn what_fails_is_said_without_what_it_holds() {
    let said = std::sync::Mutex::new(vec![]);
    let report = |line| said.lock().unwrap().push(line);
    let (folder, broken) = logins(r#"{"auths": "hunter2"}"#);
    assert_eq!(broken.find("r.example", &report).await, None);
    let (_folder, missing) = logins(r#"{"credsStore": "no-such-helper-of-ours"}"#);
    assert_eq!(missing.find("r.example", &report).await, None);
    let file = folder.path().join("config.json");
    let expected = [
        format!("{} is not as docker writes it: no login is taken from there", file.display()),
        "docker-credential-no-such-helper-of-ours gives no login for r.example (No such file or directory (os error 2)): asked without".to_owned(),
    ];
    assert_eq!(*said.lock().unwrap(), expected);
}

#[test]
fn a_login_is_never_shown() {
    let login = Login { username: "alice".into(), password: "hunter2".into(), ..Login::default() };
    let logins = Logins { folder: None, given: Some("hunter2".into()) };
    assert!(!format!("{login:?} {logins:?}").contains("hunter2"));
}
