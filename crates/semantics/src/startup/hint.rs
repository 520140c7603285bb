//! What an exception's own words mean, where many people have met them: a sentence and what to do about it.

use regex::RegexSet;
use std::sync::LazyLock;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub what: String,
    pub remedy: String,
}

/// Words, what they mean, what to do.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        r"\bregister\(\) takes 3 positional arguments but 4 were given",
        "the environment has Flask 2, and an azureml-inference-server-http that knows Flask 1 alone",
        "take azureml-inference-server-http 0.7.0 or newer (azureml-defaults 1.44 or newer)",
    ),
    (
        r"cannot import name '(?:Markup|escape)' from 'jinja2'|cannot import name 'json' from 'itsdangerous'",
        "the environment has Flask 1 beside newer versions of what it stands on",
        "take azureml-inference-server-http 0.7.0 or newer, which brings Flask 2, and pin none of flask, jinja2, itsdangerous and markupsafe",
    ),
    (
        r"cannot import name 'url_quote' from 'werkzeug\.urls'",
        "the environment has an old Flask beside Werkzeug 3",
        "do not pin flask, or pin 2.2.5 or newer",
    ),
    (
        r"No module named 'pkg_resources'",
        "a package needs pkg_resources of setuptools, which a new Python does not bring; gunicorn before 21 does",
        "do not pin gunicorn (21 and newer do without), or add `setuptools<81` to the pip list",
    ),
    (
        r"libcuda\.so(?:\.\d+)?: cannot open shared object file|Found no NVIDIA driver on your system|Torch not compiled with CUDA enabled|No CUDA GPUs are available|CUDA driver version is insufficient|Attempting to deserialize object on a CUDA device",
        "the code wants a GPU, and the container has none",
        "let the code choose (`device = \"cuda\" if torch.cuda.is_available() else \"cpu\"`, `map_location=device`); for a GPU here the engine needs the NVIDIA container toolkit (`local-endpoint doctor`), in Azure the `instance_type` one that has a GPU",
    ),
];

static WORDS: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(KNOWN.iter().map(|(words, _, _)| words)).expect("patterns of ours compile"));

/// `reason`: `ImportError: the text`.
pub fn hint(reason: &str) -> Option<Hint> {
    let (_, what, remedy) = KNOWN[WORDS.matches(reason).iter().next()?];
    Some(Hint { what: what.to_owned(), remedy: remedy.to_owned() })
}
