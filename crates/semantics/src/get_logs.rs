//! What `az ml online-deployment get-logs` prints: the state of one instance, what happened to it, what it said.

/// While a deployment is created or deleted.
pub const UNAVAILABLE: &str = "Deployment is in deleting or creating state so logs can't be retrieved.";
/// Nothing was kept of it.
pub const NONE: &str = "There are no logs for this deployment at the moment.";

/// Image and model are always there before an instance starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Before its first answer, or on the way to the next after a crash.
    InProgress,
    Succeeded,
}

/// A row of the event log, under the names that log has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    pub name: String,
    pub message: String,
    /// RFC 3339, UTC.
    pub time: String,
}

/// Everything above the container's own lines.
pub fn head(start: Start, happened: &[Happened]) -> Vec<String> {
    let state = if start == Start::Succeeded { "Succeeded" } else { "InProgress" };
    let mut lines: Vec<String> = vec![
        "Instance status:".into(),
        format!("SystemSetup: {state}"),
        "UserContainerImagePull: Succeeded".into(),
        "ModelDownload: Succeeded".into(),
        format!("UserContainerStart: {state}"),
        String::new(),
        "Container events:".into(),
    ];
    for (at, event) in happened.iter().enumerate() {
        let first = happened[..at].iter().all(|before| before.name != event.name);
        lines.extend(told(event, first).iter().map(|(name, message)| line(name, message, &event.time)));
    }
    lines.extend([String::new(), "Container logs:".into()]);
    lines
}

/// The event log and this text name the same things differently. `first`: of its name.
fn told(event: &Happened, first: bool) -> Vec<(&str, &str)> {
    let own = (event.name.as_str(), event.message.as_str());
    match event.name.as_str() {
        "Pulled" if first => {
            vec![("Pulling", "Start pulling container image"), ("Pulled", "Container image is pulled successfully")]
        }
        "Created" if first => vec![
            ("Downloading", "Start downloading models"),
            ("Downloaded", "Models are downloaded successfully or no model need to download"),
            own,
        ],
        _ => vec![own],
    }
}

fn line(name: &str, message: &str, time: &str) -> String {
    let kind = if is_warning(name) { "Warning" } else { "Normal" };
    format!("Kind: Pod, Name: {name}, Type: {kind}, Time: {time}, Message: {message}")
}

/// As the kubelet rates them.
fn is_warning(name: &str) -> bool {
    name == "BackOff" || name.ends_with("Failed")
}
