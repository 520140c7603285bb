//! The table of all keys, as other crates and the documentation read it.

use crate::schema::{Block, Fate, Form, Key, deployment, endpoint, former, overlay};

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    ManagedEndpoint,
    ManagedDeployment,
    KubernetesEndpoint,
    KubernetesDeployment,
    Overlay,
}

/// What becomes of a key on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does here what it does in Azure.
    Honoured,
    /// It is kept, and changes nothing that runs, here or in Azure.
    Describes,
    /// It means something in Azure only; kept, and said once.
    NoLocalMeaning,
    /// az drops it when it reads.
    Dropped,
    /// az refuses it; it was a key of a former schema.
    Refused,
}

/// One key of one kind of file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub kind: Kind,
    /// `request_settings.request_timeout_ms`; `*` is a name that the user chooses, `[]` an item of a list.
    pub path: String,
    /// What is written: "a string", "a whole number", "one of: key, aml_token".
    pub value: String,
    pub required: bool,
    pub verdict: Verdict,
    /// One line: what it does; for a refused one what to write today.
    pub doc: &'static str,
    pub default: Option<&'static str>,
    pub unit: Option<&'static str>,
    pub range: Option<&'static str>,
    /// How a key of a former schema is known: "seen: where".
    pub evidence: Option<String>,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::ManagedEndpoint,
        Self::ManagedDeployment,
        Self::KubernetesEndpoint,
        Self::KubernetesDeployment,
        Self::Overlay,
    ];

    /// `managed-endpoint`
    pub fn name(self) -> &'static str {
        match self {
            Self::ManagedEndpoint => "managed-endpoint",
            Self::ManagedDeployment => "managed-deployment",
            Self::KubernetesEndpoint => "kubernetes-endpoint",
            Self::KubernetesDeployment => "kubernetes-deployment",
            Self::Overlay => "overlay",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn block(self) -> &'static Block {
        match self {
            Self::ManagedEndpoint => &endpoint::MANAGED,
            Self::ManagedDeployment => &deployment::MANAGED,
            Self::KubernetesEndpoint => &endpoint::KUBERNETES,
            Self::KubernetesDeployment => &deployment::KUBERNETES,
            Self::Overlay => &overlay::OVERLAY,
        }
    }
}

/// Every key of every kind, in the order of the schema; after each block its former keys.
pub fn keys() -> Vec<KeyRow> {
    Kind::ALL.into_iter().flat_map(keys_of).collect()
}

pub fn keys_of(kind: Kind) -> Vec<KeyRow> {
    let mut rows = vec![];
    block(kind, kind.block(), "", &mut rows);
    rows
}

fn block(kind: Kind, of: &'static Block, prefix: &str, rows: &mut Vec<KeyRow>) {
    for key in of.all() {
        let path = format!("{prefix}{}", key.name);
        rows.push(row(kind, path.clone(), key));
        form(kind, &key.form, &path, rows);
    }
    let gone = former::FORMER.iter().filter(|it| kind != Kind::Overlay && former::same(it.block, of.name));
    rows.extend(gone.map(|it| refused(kind, format!("{prefix}{}", it.name), it)));
}

/// What is below a key.
fn form(kind: Kind, of: &'static Form, path: &str, rows: &mut Vec<KeyRow>) {
    match of {
        Form::MapOf(form_below) => form(kind, form_below, &format!("{path}.*"), rows),
        Form::ListOf(form_below) => form(kind, form_below, &format!("{path}[]"), rows),
        of => {
            if let Some(below) = of.block() {
                block(kind, below, &format!("{path}."), rows);
            }
        }
    }
}

fn row(kind: Kind, path: String, key: &'static Key) -> KeyRow {
    let verdict = match key.fate {
        Fate::Honoured => Verdict::Honoured,
        Fate::Describes => Verdict::Describes,
        Fate::AzureOnly => Verdict::NoLocalMeaning,
        Fate::ReadOnly => Verdict::Dropped,
    };
    let Key { required, doc, default, unit, range, .. } = *key;
    KeyRow { kind, path, value: written(&key.form), required, verdict, doc, default, unit, range, evidence: None }
}

fn refused(kind: Kind, path: String, gone: &'static former::Former) -> KeyRow {
    let evidence = Some(format!("{}: {}", gone.of.evidence, gone.of.source));
    let (value, verdict) = ("-".to_owned(), Verdict::Refused);
    KeyRow {
        kind,
        path,
        value,
        required: false,
        verdict,
        doc: gone.today,
        default: None,
        unit: None,
        range: None,
        evidence,
    }
}

fn written(form: &Form) -> String {
    match form {
        Form::Text => "a string".into(),
        Form::Int => "a whole number".into(),
        Form::Rate => "a number".into(),
        Form::Id => "`azureml:NAME`".into(),
        Form::Bool => "true or false".into(),
        Form::OneOf(values) | Form::OneOfCamel(values) => values.join(", "),
        Form::Version | Form::VersionOrNull => "a string or a number".into(),
        Form::Anything => "a mapping".into(),
        Form::MapOf(form) => format!("a mapping of names to {}", written(form)),
        Form::ListOf(form) => format!("a list of {}", written(form)),
        Form::Block(_) => "a mapping".into(),
        Form::Reference { file: true, .. } => "`azureml:NAME:VERSION`, `file:PATH`, or a mapping".into(),
        Form::Reference { .. } => "`azureml:NAME:VERSION`, or a mapping".into(),
        Form::TextOr(_) => "a string or a mapping".into(),
        Form::PathOrMap => "a path, or a mapping".into(),
        Form::Unchecked | Form::Loose => "anything".into(),
    }
}
