//! Tokens from where the overlay says, kept while they are good.

use crate::command;
use crate::jwt::{Claims, signed};
use crate::printed::{Token, read, token};
use jiff::Timestamp;
use model::TokenSource;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// As azure-identity asks for a new token before the old one ends, in seconds.
const BEFORE_ITS_END: i64 = 300;
/// Documented: tokens of managed identities live for 24 hours.
const A_DAY: i64 = 24 * 3600;

/// How long a failure is the answer of whoever asks next.
const FAILED: Duration = Duration::from_secs(5);

/// Nobody's tenant and account at Azure.
const TENANT: &str = "00000000-0000-4000-8000-000000000000";
const ISSUER: &str = "https://sts.windows.net/00000000-0000-4000-8000-000000000000/";
const ACCOUNT: &str = "00000000-0000-4000-8000-000000000002";

#[derive(Debug)]
pub struct Tokens {
    /// Where commands run.
    project: PathBuf,
    /// By source and resource.
    kept: std::sync::Mutex<HashMap<(String, String), Shared>>,
}

/// Held while a command runs: many who ask at once wait for one answer.
type Shared = Arc<Mutex<Option<Answer>>>;

#[derive(Debug, Clone)]
struct Answer {
    token: Result<Token, String>,
    at: Instant,
}

/// What is to be told of a token, and never the token.
pub fn origin(source: &TokenSource) -> String {
    match source {
        TokenSource::Off | TokenSource::Machine => "nobody".into(),
        TokenSource::Az => "az".into(),
        TokenSource::Fake => "made up".into(),
        TokenSource::Command(words) => words.first().cloned().unwrap_or_default(),
        TokenSource::Given { variable, .. } => format!("the variable {variable}"),
    }
}

impl Tokens {
    pub fn new(project: PathBuf) -> Self {
        Self { project, kept: std::sync::Mutex::default() }
    }

    /// `Err`: why there is none.
    pub async fn of(&self, source: &TokenSource, resource: &str) -> Result<Token, String> {
        let now = Timestamp::now().as_second();
        let words = match source {
            TokenSource::Off | TokenSource::Machine => return Err("[identity] is off".into()),
            TokenSource::Fake => return Ok(fake(resource, now)),
            TokenSource::Given { variable, token: given } => {
                return still_good(variable, token(&given.0, None, now), now);
            }
            TokenSource::Az => az(resource),
            TokenSource::Command(words) => words.iter().map(|word| word.replace("{resource}", resource)).collect(),
        };
        let (key, asked) = ((format!("{source:?}"), resource.to_owned()), Instant::now());
        let answer = self.kept.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        let mut answer = answer.lock().await;
        if let Some(known) = answer.as_ref().filter(|known| known.holds(asked, now)) {
            return known.token.clone();
        }
        let token = self.printed(&words, now).await;
        *answer = Some(Answer { token: token.clone(), at: Instant::now() });
        token
    }

    async fn printed(&self, words: &[String], now: i64) -> Result<Token, String> {
        let printed = command::output(words, &self.project).await?;
        read(&printed, now).ok_or_else(|| format!("{} printed no token", words[0]))
    }
}

impl Answer {
    /// Also for whoever asked before it came.
    fn holds(&self, asked: Instant, now: i64) -> bool {
        let waited = self.at >= asked;
        match &self.token {
            Ok(token) => waited || token.expires_on - BEFORE_ITS_END > now,
            Err(_) => waited || asked.duration_since(self.at) < FAILED,
        }
    }
}

fn az(resource: &str) -> Vec<String> {
    let program = if cfg!(windows) { "az.cmd" } else { "az" };
    [program, "account", "get-access-token", "--output", "json", "--resource", resource].map(str::to_owned).to_vec()
}

fn still_good(variable: &str, token: Token, now: i64) -> Result<Token, String> {
    if token.expires_on > now {
        return Ok(token);
    }
    let ended = Timestamp::from_second(token.expires_on).map(|it| it.to_string()).unwrap_or_default();
    Err(format!("the token of the variable {variable} ended at {ended}"))
}

/// With the claims that clients look into; no service of Azure's takes its signature.
fn fake(resource: &str, now: i64) -> Token {
    let exp = now + A_DAY;
    let claims = Claims { aud: resource, iss: ISSUER, iat: now, nbf: now, exp, tid: TENANT, oid: ACCOUNT };
    Token { access_token: signed(&claims, b"local-endpoint"), expires_on: exp }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Secret;

    fn printing(folder: &std::path::Path, line: &str) -> TokenSource {
        let count = folder.join("count").display().to_string();
        TokenSource::Command(vec!["sh".into(), "-c".into(), format!("echo x >> {count}; {line}")])
    }

    async fn asked(source: &TokenSource, times: usize) -> (Vec<Result<Token, String>>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let source = match source {
            TokenSource::Command(words) => printing(folder.path(), &words[0]),
            other => other.clone(),
        };
        let tokens = Tokens::new(folder.path().to_owned());
        let mut found = vec![];
        for _ in 0..times {
            found.push(tokens.of(&source, "https://vault.azure.net").await);
        }
        let ran = std::fs::read_to_string(folder.path().join("count")).unwrap_or_default().lines().count();
        (found, ran)
    }

    fn command(line: &str) -> TokenSource {
        TokenSource::Command(vec![line.into()])
    }

    #[tokio::test]
    async fn a_token_is_kept_until_shortly_before_its_end() {
        let now = Timestamp::now().as_second();
        let printing = |end: i64| command(&format!(r#"echo '{{"accessToken": "{{resource}}", "expires_on": {end}}}'"#));
        let (found, ran) = asked(&printing(now + 3600), 3).await;
        assert_eq!((found[2].as_ref().unwrap().access_token.as_str(), ran), ("https://vault.azure.net", 1));
        assert_eq!(asked(&printing(now + 200), 3).await.1, 3);
    }

    /// Some seconds go by before it is tried again.
    #[tokio::test]
    async fn a_failure_is_shared() {
        let (found, ran) = asked(&command("echo no >&2; exit 1"), 3).await;
        assert_eq!((found, ran), (vec![Err("sh failed (exit status: 1): no".to_owned()); 3], 1));
    }

    /// The command for one of them goes on when that for the other has begun.
    #[tokio::test]
    async fn resources_do_not_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let line = "mkfifo pipe 2>/dev/null; if [ {resource} = a ]; then cat pipe > read; else echo > pipe; fi; echo of-{resource}";
        let tokens = Tokens::new(folder.path().to_owned());
        let source = TokenSource::Command(["sh", "-c", line].map(str::to_owned).into());
        let (one, other) = tokio::join!(tokens.of(&source, "a"), tokens.of(&source, "b"));
        assert_eq!((one.is_ok(), other.map(|token| token.access_token)), (true, Ok("of-b".to_owned())));
    }

    #[tokio::test]
    async fn why_there_is_none() {
        let told = |found: &[Result<Token, String>]| found[0].clone().unwrap_err();
        let (found, _) = asked(&command("echo 'ERROR: Please run az login.' >&2; exit 1"), 1).await;
        assert_eq!(told(&found), "sh failed (exit status: 1): ERROR: Please run az login.");
        let (found, _) = asked(&command("echo not a token"), 1).await;
        assert_eq!(told(&found), "sh printed no token");
        let given =
            TokenSource::Given { variable: "TOKEN".into(), token: Secret("e30.eyJleHAiOjE3MDAwMDM2MDB9.s".into()) };
        let (found, _) = asked(&given, 1).await;
        assert_eq!(told(&found), "the token of the variable TOKEN ended at 2023-11-14T23:13:20Z");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let tokens = Tokens::new(".".into());
        let found = tokens.of(&TokenSource::Command(vec!["no-such-program".into()]), "x").await;
        assert_eq!(found.unwrap_err(), "no-such-program is not installed here");
    }

    #[tokio::test]
    async fn a_fake_one_is_for_whom_it_was_asked() {
        let (found, _) = asked(&TokenSource::Fake, 1).await;
        let token = found[0].clone().unwrap();
        assert_eq!(read(&token.access_token, 0).unwrap().expires_on, token.expires_on);
    }
}
