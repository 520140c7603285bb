//! Every finding: its id, which never changes, and on what it stands.

use diagnosis::{Code, check, spec, start};

/// What a finding means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As heavy as whoever found it says: an error is what Azure refuses or kills.
    AsFound,
    /// An error: said early as a warning elsewhere, but Azure kills the container.
    Kills,
    /// A note: of this machine alone, Azure takes it.
    Local,
    /// Nothing could be checked: exit code 2.
    Unreadable,
}

#[derive(Debug)]
pub struct Row {
    pub id: &'static str,
    pub code: Code,
    pub weight: Weight,
    /// documented, seen, measured or inferred.
    pub evidence: &'static str,
    pub source: &'static str,
}

const fn row(id: &'static str, code: Code, weight: Weight, evidence: &'static str, source: &'static str) -> Row {
    Row { id, code, weight, evidence, source }
}

use Weight::{AsFound, Kills, Local, Unreadable};

const LOADER: &str = "azure-ai-ml 1.35.2, its own loader";
const TROUBLESHOOT: &str = "how-to-troubleshoot-online-endpoints";
const DEPLOYMENT: &str = "reference-yaml-deployment-managed-online";
const ENDPOINT: &str = "reference-yaml-endpoint-online";
const SERVER: &str = "azureml-inference-server-http 1.5.1";
const SKU_LIST: &str = "reference-managed-online-endpoints-vm-sku-list";
const HERE: &str = "local-endpoint";

/// In the order of the ids. A row is never given to something else.
pub static ROWS: &[Row] = &[
    row("LE001", spec::UNREADABLE, Unreadable, "documented", HERE),
    row("LE002", spec::YAML_SYNTAX, AsFound, "measured", LOADER),
    row("LE003", spec::UNKNOWN_FIELD, AsFound, "measured", LOADER),
    row("LE004", spec::MISSING_FIELD, AsFound, "measured", LOADER),
    row("LE005", spec::INVALID_VALUE, AsFound, "measured", LOADER),
    row("LE006", spec::NOTHING_TO_DEPLOY, Unreadable, "documented", HERE),
    row("LE007", spec::DUPLICATE_NAME, Unreadable, "documented", HERE),
    row("LE008", spec::DUPLICATE_KEY, AsFound, "measured", LOADER),
    row("LE009", spec::INVALID_OVERRIDE, Unreadable, "documented", HERE),
    row("LE010", spec::OVERLAY_INVALID, Unreadable, "documented", HERE),
    row("LE011", spec::INVALID_NAME, AsFound, "documented", ENDPOINT),
    row("LE012", spec::ASSET_NOT_MAPPED, Local, "documented", HERE),
    row("LE013", spec::MODEL_NOT_FOUND, AsFound, "documented", TROUBLESHOOT),
    row("LE014", spec::PATH_NOT_FOUND, AsFound, "measured", LOADER),
    row("LE015", spec::SCORING_SCRIPT_NOT_FOUND, Kills, "measured", SERVER),
    row("LE016", spec::CONDA_FILE_INVALID, AsFound, "documented", TROUBLESHOOT),
    row("LE017", spec::SERVICE_REFUSES, AsFound, "documented", DEPLOYMENT),
    row("LE018", spec::TRAFFIC_REFUSED, AsFound, "documented", ENDPOINT),
    row("LE019", spec::MIRROR_REFUSED, AsFound, "documented", "how-to-safely-rollout-online-endpoints"),
    row("LE020", spec::NOT_SUPPORTED, Local, "documented", HERE),
    row("LE021", spec::NO_DEPLOYMENT, Local, "documented", TROUBLESHOOT),
    row("LE022", spec::TRAFFIC_TO_NOBODY, AsFound, "documented", TROUBLESHOOT),
    row("LE023", spec::TRAFFIC_AT_CREATION, AsFound, "documented", ENDPOINT),
    row("LE024", spec::YAML_VERSIONS_DIFFER, AsFound, "measured", LOADER),
    row("LE025", spec::VARIABLE_NOT_TEXT, AsFound, "measured", LOADER),
    row("LE026", spec::ENDPOINT_IMPLIED, AsFound, "documented", HERE),
    row("LE027", spec::VARIABLE_OVERRIDDEN, AsFound, "seen", "azure-ai-ml 1.35.2, local deployments"),
    row("LE028", spec::ASSET_FOUND, AsFound, "documented", HERE),
    row("LE029", spec::AZURE_ONLY_KEYS, AsFound, "documented", HERE),
    row("LE030", spec::FILES_SKIPPED, AsFound, "documented", HERE),
    row("LE031", spec::SECRETS_INJECTION, AsFound, "documented", TROUBLESHOOT),
    row("LE032", spec::SECRET_NOT_MAPPED, Local, "documented", HERE),
    row("LE033", spec::SECRET_EMBEDDED, AsFound, "inferred", "how-to-deploy-online-endpoint-with-secret-injection"),
    row("LE034", spec::MLFLOW_MODEL_INVALID, AsFound, "documented", "how-to-deploy-mlflow-models-online-endpoints"),
    row("LE035", spec::MONITORING_MISSING, AsFound, "seen", "azureml-examples#4008, #4031"),
    row("LE036", spec::ENVIRONMENT_OF_MODEL, AsFound, "documented", "how-to-deploy-mlflow-models-online-endpoints"),
    row("LE040", start::USER_SCRIPT_SYNTAX_ERROR, AsFound, "measured", SERVER),
    row("LE041", start::USER_SCRIPT_FUNCTION_NOT_FOUND, AsFound, "measured", SERVER),
    row("LE042", start::USER_SCRIPT_BAD_SIGNATURE, AsFound, "measured", SERVER),
    row("LE043", start::USER_SCRIPT_IMPORT_ERROR, AsFound, "inferred", TROUBLESHOOT),
    row("LE044", check::LOG_LINES_LOST, AsFound, "measured", SERVER),
    row("LE045", check::SERVER_CONFIG_TAKEN, AsFound, "measured", SERVER),
    row("LE046", start::SERVER_CONFIG_INVALID, AsFound, "measured", SERVER),
    row("LE047", check::GUNICORN_CONFIG_EXECUTED, AsFound, "measured", SERVER),
    row("LE048", check::PATH_CASE_DIFFERS, AsFound, "inferred", "Azure's containers run Linux"),
    row("LE049", check::FILE_NOT_UPLOADED, AsFound, "seen", "azure-ai-ml 1.35.2, IgnoreFile"),
    row("LE050", start::INFERENCE_SERVER_MISSING, AsFound, "measured", SERVER),
    row("LE051", check::PACKAGES_UNPINNED, AsFound, "seen", "azureml-examples#4012, azureml-inference-server#98"),
    row("LE052", check::PYTHON_END_OF_LIFE, AsFound, "documented", "devguide.python.org/versions"),
    row("LE053", check::LOCAL_REQUIREMENT, AsFound, "documented", TROUBLESHOOT),
    row("LE060", check::WORKER_COUNT_DIFFERS, AsFound, "documented", DEPLOYMENT),
    row("LE061", start::WORKER_COUNT_INVALID, AsFound, "measured", SERVER),
    row("LE062", check::WORKER_TIMEOUT_SHORT, AsFound, "measured", SERVER),
    row("LE063", check::PROBE_BUDGET_SHORT, AsFound, "inferred", "kubelet's schedule over the probe's numbers"),
    row("LE064", check::PROBE_BLOCKED, AsFound, "measured", SERVER),
    row("LE065", check::PROBE_SUCCESS_FIXED, AsFound, "documented", DEPLOYMENT),
    row("LE070", check::OUT_OF_QUOTA, AsFound, "documented", "how-to-manage-quotas"),
    row("LE071", check::SKU_UNKNOWN, AsFound, "documented", SKU_LIST),
    row("LE072", check::SKU_SMALL, AsFound, "documented", SKU_LIST),
    row("LE073", check::MODEL_ABOVE_MEMORY, AsFound, "inferred", SKU_LIST),
    row("LE074", check::MODEL_ABOVE_DISK, AsFound, "inferred", "disk sizes of Azure's VM pages"),
];

/// For a code that nobody gave a row; a test forbids it.
static UNKNOWN: Row = row("LE000", diagnosis::local::INTERNAL, AsFound, "inferred", HERE);

pub fn of(code: Code) -> &'static Row {
    ROWS.iter().find(|row| row.code == code).unwrap_or(&UNKNOWN)
}
