//! What a person reads, whole.

use diagnosis::{Diagnosis, Place, Snippet, Style, plan, print, print_all, serving, spec, start};

fn yaml(line: usize, column: usize, text: &str, length: usize, label: &str) -> Place {
    let snippet = Some(Snippet { line: text.into(), length, label: label.into() });
    Place::Yaml { file: "blue-deployment.yml".into(), line, column, snippet }
}

fn plain(diagnosis: &Diagnosis) -> String {
    print(diagnosis, Style::Plain)
}

#[test]
fn a_yaml_place_has_the_line_and_a_caret() {
    let place = yaml(11, 1, "instance_cuont: 1", 14, "did you mean instance_count?");
    let unknown = Diagnosis::error(spec::UNKNOWN_FIELD, "blue: unknown field instance_cuont").at(place);
    let text = "\
error[UnknownField]: blue: unknown field instance_cuont
  --> blue-deployment.yml:11:1
   |
11 | instance_cuont: 1
   | ^^^^^^^^^^^^^^ did you mean instance_count?
  = origin: Azure
";
    assert_eq!(plain(&unknown), text);
}

#[test]
fn columns_count_characters_not_bytes() {
    let place = yaml(3, 8, "größe: Übermaß", 7, "not a number");
    let text = "\
error[InvalidValue]: größe
 --> blue-deployment.yml:3:8
  |
3 | größe: Übermaß
  |        ^^^^^^^ not a number
  = origin: Azure
";
    assert_eq!(plain(&Diagnosis::error(spec::INVALID_VALUE, "größe").at(place)), text);
}

#[test]
fn a_caret_behind_the_end_of_the_line_stays_there() {
    let missing = Diagnosis::error(spec::MISSING_FIELD, "blue: model has no path").at(yaml(4, 99, "model:", 5, ""));
    let text = "\
error[MissingField]: blue: model has no path
 --> blue-deployment.yml:4:7
  |
4 | model:
  |       ^
  = origin: Azure
";
    assert_eq!(plain(&missing), text);
}

#[test]
fn a_yaml_place_without_its_line_is_still_a_place() {
    let place = Place::Yaml { file: "endpoint.yml".into(), line: 5, column: 3, snippet: None };
    let text = "\
error[InvalidValue]: traffic: 101
 --> endpoint.yml:5:3
  = origin: Azure
";
    assert_eq!(plain(&Diagnosis::error(spec::INVALID_VALUE, "traffic: 101").at(place)), text);
}

#[test]
fn a_failed_start_has_cause_source_facts_log_and_help() {
    let failed =
        Diagnosis::error(start::RESOURCE_NOT_READY, "diabetes/blue/0: User container has crashed or terminated")
            .caused_by(start::USER_SCRIPT_INIT_FAILED)
            .at(Place::Source { file: "src/score.py".into(), line: 9 })
            .fact("raised", "FileNotFoundError: model.pkl")
            .fact("exit code", "3")
            .log_tail(vec!["Traceback (most recent call last):".into(), "  init()".into()]);
    let text = "\
error[ResourceNotReady]: diabetes/blue/0: User container has crashed or terminated
 --> src/score.py:9
  = origin: Azure
  = cause: UserScriptInitFailed (our finding, Azure's name)
  = raised: FileNotFoundError: model.pkl
  = exit code: 3
  = log: the last lines
      | Traceback (most recent call last):
      |   init()
  = help: fix the exception in init(): the line above is the one that raised
  = see: https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#error-userscriptinitfailed
";
    assert_eq!(plain(&failed), text);
}

#[test]
fn the_headline_and_the_help_of_a_row_stand_in_for_none() {
    let text = "\
error[401]: the key or token is missing, malformed or wrong
  = origin: Azure
  = help: send `Authorization: Bearer <key>`; `local-endpoint keys` prints the key of this endpoint
  = see: https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#http-status-codes
";
    assert_eq!(plain(&Diagnosis::error(serving::UNAUTHORIZED, "")), text);
}

#[test]
fn a_note_has_no_origin_and_the_case_its_own_help() {
    let note = Diagnosis::note(plan::PORT_MOVED, "diabetes: port 20001 is taken, so it is 20002 from now on");
    assert_eq!(plain(&note), "note[PortMoved]: diabetes: port 20001 is taken, so it is 20002 from now on\n");
    let warning = Diagnosis::warning(plan::ENGINE_FELL_BACK, "blue: runs as a process").remedy("start Docker");
    assert_eq!(plain(&warning), "warning[EngineFellBack]: blue: runs as a process\n  = help: start Docker\n");
}

#[test]
fn flags_files_and_pointers_are_places_too() {
    let at = |place| plain(&Diagnosis::note(plan::NOT_FAITHFUL, "here").at(place));
    let text = |place: &str| format!("note[NotFaithful]: here\n --> {place}\n");
    assert_eq!(at(Place::Flag("--set a.b=c".into())), text("--set a.b=c"));
    assert_eq!(at(Place::File("endpoint.yml".into())), text("endpoint.yml"));
    assert_eq!(at(Place::JsonPointer("/properties/model".into())), text("/properties/model"));
}

#[test]
fn several_stand_apart() {
    let note = Diagnosis::note(plan::NOT_FAITHFUL, "one");
    let text = "note[NotFaithful]: one\n\nnote[NotFaithful]: one\n";
    assert_eq!(print_all(&[note.clone(), note], Style::Plain), text);
}

#[test]
fn plain_means_no_escape_codes_and_colour_changes_no_word() {
    let place = yaml(11, 1, "instance_cuont: 1", 14, "did you mean instance_count?");
    let unknown = Diagnosis::error(spec::UNKNOWN_FIELD, "unknown field").at(place).log_tail(vec!["a line".into()]);
    let (plain, coloured) = (print(&unknown, Style::Plain), print(&unknown, Style::Coloured));
    assert!(!plain.contains('\u{1b}'), "{plain:?}");
    assert!(coloured.contains('\u{1b}'), "{coloured:?}");
    assert_eq!(without_escapes(&coloured), plain);
}

/// Drops `ESC [ ... m`.
fn without_escapes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}
