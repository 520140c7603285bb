use super::*;

fn all(text: &str) -> (String, BuildKitLines) {
    let mut lines = BuildKitLines::default();
    let told: Vec<_> = text.lines().flat_map(|line| lines.take(line)).collect();
    (told.join("\n"), lines)
}

/// Of Docker 20.10.24's own client.
const FAILS: &str = "\
#1 [internal] load build definition from Dockerfile
#1 sha256:ac80892e22c14450f3d8809a921883b85acb368f027481263dca01866b7c27cb
#1 transferring dockerfile: 297B done
#1 DONE 0.0s

#4 [stage-1 1/3] FROM docker.io/local/python:3.11
#4 DONE 0.3s

#5 [one 2/2] RUN --mount=type=cache,target=/c echo hello
#5 0.411 hello
#5 1.442 err

#7 [stage-1 3/3] RUN echo before; exit 7
#7 0.595 before
#5 DONE 1.5s
#7 ERROR: executor failed running [/bin/sh -c echo before; exit 7]: exit code: 7
------
 > [stage-1 3/3] RUN echo before; exit 7:
#7 0.595 before
------
executor failed running [/bin/sh -c echo before; exit 7]: exit code: 7
";

#[test]
fn a_failure_reads_as_the_classic_builder_s() {
    let (told, lines) = all(FAILS);
    assert_eq!(
        told,
        "Step 1/3 : FROM docker.io/local/python:3.11\n\
         Step 2/2 : RUN --mount=type=cache,target=/c echo hello\nhello\nerr\n\
         Step 3/3 : RUN echo before; exit 7\nbefore"
    );
    let reason = "The command '/bin/sh -c echo before; exit 7' returned a non-zero code: 7".to_owned();
    assert_eq!(lines.failed(), (Some("RUN echo before; exit 7"), reason.clone()));
    // Of buildx 0.12 and newer.
    let newer = "#7 [2/2] RUN exit 7\n#7 ERROR: process \"/bin/sh -c echo before; exit 7\" did not complete successfully: exit code: 7";
    assert_eq!(all(newer).1.failed().1, reason);
}

#[test]
fn an_image_that_is_not_there_is_known_by_its_name() {
    let text = "#3 [internal] load metadata for nosuch.invalid/x:1\n#3 ERROR: failed to do request: no such host\n";
    assert_eq!(
        all(text).1.failed(),
        (Some("FROM nosuch.invalid/x:1"), "failed to do request: no such host".to_owned())
    );
    let text = "failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: RUNN\n";
    assert_eq!(all(text).1.failed(), (None, "dockerfile parse error line 2: unknown instruction: RUNN".to_owned()));
}
