super::rows! {
    /// A file or folder that cannot be read.
    UNREADABLE: Local, Usage, "SpecUnreadable", "", "", "";
    YAML_SYNTAX: Local, Usage, "YamlSyntax", "", "", "";
    UNKNOWN_FIELD: Azure, Usage, "UnknownField", "", "", "";
    MISSING_FIELD: Azure, Usage, "MissingField", "", "", "";
    INVALID_VALUE: Azure, Usage, "InvalidValue", "", "", "";
    /// Nothing in the folder is an endpoint or a deployment.
    NOTHING_TO_DEPLOY: Local, Usage, "NothingToDeploy", "",
        "name the folder or the files: local-endpoint up FOLDER, or local-endpoint up -f FILE -f FILE", "";
    /// Two files describe the same endpoint or deployment.
    DUPLICATE_NAME: Local, Usage, "DuplicateName", "", "", "";
    /// YAML takes the last of two equal keys without a word; so does az.
    DUPLICATE_KEY: Azure, Usage, "DuplicateKey", "", "remove one of the two lines", "";
    /// `-e`, `-n`, `--set`, `--env`, `--env-file`.
    INVALID_OVERRIDE: Local, Usage, "InvalidOverride", "", "", "";
    OVERLAY_INVALID: Local, Usage, "InvalidOverlay", "", "", "";
    INVALID_NAME: Azure, Usage, "InvalidName", "",
        "use 3 to 32 letters, digits and dashes; begin with a letter, end with a letter or a digit",
        "https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online";
    /// A registered asset that this machine does not have.
    ASSET_NOT_MAPPED: Local, Usage, "AssetNotMapped", "", "", "";
    /// A secret reference is malformed, or stands for nothing here (`SECRET_NOT_MAPPED`).
    SECRETS_INJECTION: Azure, Usage, "SecretsInjectionError", "", "", "#error-secretsinjectionerror";
    /// A secret reference that Azure would ask a vault for.
    SECRET_NOT_MAPPED: Local, Usage, "SecretNotMapped", "", "", "";
    /// Only a whole value is a reference.
    SECRET_EMBEDDED: Azure, Ok, "SecretNotReplaced", "", "let the reference be the whole value, and put them together in the code",
        "#error-secretsinjectionerror";
    /// Azure's words when the model is not where it was said to be.
    MODEL_NOT_FOUND: Azure, Usage, "BadArgument", "", "", "#unable-to-download-user-model";
    /// A code folder, conda file, Dockerfile or environment file that does not exist.
    PATH_NOT_FOUND: Azure, Usage, "PathNotFound", "", "", "";
    /// Said early; the start of the container is what fails.
    SCORING_SCRIPT_NOT_FOUND: Azure, Usage, "ScoringScriptNotFound", "", "", "#error-userscriptimporterror";
    CONDA_FILE_INVALID: Azure, Usage, "CondaFileInvalid", "", "",
        "https://conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html#creating-an-environment-file-manually";
    /// What the service is documented to refuse although az's loader takes it.
    SERVICE_REFUSES: Azure, Usage, "RefusedByService", "", "", "";
    TRAFFIC_REFUSED: Azure, Usage, "TrafficRefused", "", "",
        "https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online";
    MIRROR_REFUSED: Azure, Usage, "MirrorTrafficRefused", "", "",
        "https://learn.microsoft.com/azure/machine-learning/how-to-safely-rollout-online-endpoints";
    /// Azure takes it, this emulator cannot do it yet.
    NOT_SUPPORTED: Local, Usage, "NotSupportedLocally", "", "", "";
    /// An endpoint alone: every request is answered 404.
    NO_DEPLOYMENT: Azure, Usage, "EndpointWithoutDeployment", "", "", "";
    TRAFFIC_TO_NOBODY: Azure, Usage, "TrafficToUnknownDeployment", "", "", "";
    /// Kept and served here; the create call of Azure refuses it.
    TRAFFIC_AT_CREATION: Azure, Ok, "TrafficAtCreation", "", "",
        "https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online";
    /// `on`, `0755`, `12:30:45`, `1_000`: az reads YAML 1.1.
    YAML_VERSIONS_DIFFER: Azure, Ok, "YamlVersionsDiffer", "", "put it in quotes, or write it so that every parser reads the same", "";
    /// An `mlflow_model` that mlflow has not saved, or that nothing can load to score.
    MLFLOW_MODEL_INVALID: Azure, Usage, "MlflowModelInvalid", "", "",
        "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-mlflow-models-online-endpoints";
    MONITORING_MISSING: Azure, Ok, "MonitoringPackageMissing", "", "",
        "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-mlflow-models-online-endpoints";
    /// Notes.
    ENVIRONMENT_OF_MODEL: Local, Ok, "EnvironmentOfModel", "", "", "";
    FILES_SKIPPED: Local, Ok, "FilesSkipped", "", "", "";
    AZURE_ONLY_KEYS: Local, Ok, "AzureOnlyKeys", "", "", "";
    ENDPOINT_IMPLIED: Local, Ok, "EndpointImplied", "", "", "";
    ASSET_FOUND: Local, Ok, "AssetFoundInProject", "", "", "";
    VARIABLE_OVERRIDDEN: Local, Ok, "VariableOverridden", "", "", "";
    VARIABLE_NOT_TEXT: Azure, Ok, "VariableNotText", "", "quote the value, so that every client reads the same", "";
}
