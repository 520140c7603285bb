use super::*;
use futures_util::stream;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Mutex;

#[test]
fn steps_are_known_in_both_spellings() {
    let rows = [
        ("Step 2/4 : RUN echo a : b", Some(("2/4", "RUN echo a : b"))),
        ("STEP 2/4: RUN echo a : b", Some(("2/4", "RUN echo a : b"))),
        ("Steps are said: never", None),
        ("Step one/two : of a program", None),
        ("STEP", None),
        ("COMMIT docker.io/library/x:1", None),
    ];
    for (line, expected) in rows {
        assert_eq!(step_of(line), expected, "{line}");
    }
}

fn saying(lines: &'static [&'static str]) -> impl Stream<Item = Result<Vec<u8>, Infallible>> {
    stream::iter(lines.iter().map(|line| Ok(line.as_bytes().to_vec())))
}

#[tokio::test]
async fn the_log_is_kept_whole_and_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_of(folder.path(), "local-endpoint/env:1");
    let url = ("PIP_INDEX_URL".to_owned(), "https://me:pass-word@index.example".to_owned());
    let terms = BuildTerms { variables: BTreeMap::from([url]), ..BuildTerms::default() };
    let said = Mutex::new(vec![]);
    let report = |line: String| said.lock().unwrap().push(line);
    let mut transcript = Transcript::begin("first", &log, &terms, &report);
    transcript.follow(saying(&["Step 1/1 : RUN x\n", "one pass-", "word\ntwo\n", "three"])).await.unwrap();
    let EngineError::BuildFailed { step, reason, log: lines } = transcript.failed("no pass-word\n") else { panic!() };
    assert_eq!((step.as_str(), reason.as_str()), ("RUN x", "no ****"));
    assert_eq!(lines, ["Step 1/1 : RUN x", "one ****", "two", "three", "no ****"]);
    assert_eq!(std::fs::read_to_string(log).unwrap(), lines.join("\n") + "\n");
    assert_eq!(said.into_inner().unwrap(), ["Step 1/1 : RUN x", "one ****"]);
}

#[tokio::test]
async fn a_deadline_ends_it_and_keeps_what_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let terms = BuildTerms { deadline: Some(Duration::from_millis(50)), ..BuildTerms::default() };
    let mut transcript = Transcript::begin("first", &folder.path().join("log"), &terms, &|_| ());
    let said = saying(&["one\n"]).chain(stream::pending());
    assert!(matches!(transcript.follow(said).await, Err(Cut::Deadline)));
    let EngineError::BuildTimedOut { step, after, log } = transcript.timed_out() else { panic!() };
    assert!(step == "first" && after >= Duration::from_millis(50) && log == ["one"]);
}

#[tokio::test]
async fn who_waits_hears_that_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let said = Mutex::new(vec![]);
    let report = |line: String| said.lock().unwrap().push(line);
    let mut transcript = Transcript::begin("first", &folder.path().join("log"), &BuildTerms::default(), &report);
    transcript.begins("2/4", "RUN x");
    transcript.beat();
    assert_eq!(said.into_inner().unwrap(), ["Step 2/4 : RUN x", "Step 2/4: 0 s so far (RUN x)"]);
}
