super::rows! {
    NO_CODE_DEPLOYMENT: Local, Usage, "NoCodeDeploymentUnsupported", "",
        "add a code_configuration and an environment to the deployment; MLflow and Triton models without code come later", "";
    ENVIRONMENT_MISSING: Azure, Usage, "EnvironmentMissing", "",
        "give the deployment an environment with an image", "";
    SERVER_ADDED: Local, Ok, "InferenceServerAdded", "",
        "add `- azureml-inference-server-http` below `pip:` in the conda file before deploying to Azure", "";
    NOT_FAITHFUL: Local, Ok, "NotFaithful", "", "", "";
    NOT_EMULATED: Local, Ok, "NotEmulated", "", "", "";
    VARIABLE_OVERRIDDEN: Local, Ok, "AzureVariableOverridden", "", "", "";
    ENGINE_FELL_BACK: Local, Ok, "EngineFellBack", "",
        "`--engine docker` insists on containers; `local-endpoint doctor` shows what is missing", "";
    COMMAND_CHOSEN: Local, Ok, "CommandChosen", "", "", "";
    TRAFFIC_ASSUMED: Local, Ok, "TrafficAssumed", "", "", "";
    TRAFFIC_ZERO: Azure, Ok, "TrafficZero", "", "", "#http-status-codes";
    INSTANCE_COUNT_INVALID: Azure, Usage, "InvalidDeploymentSpec", "", "instance_count must be at least 1", "#error-invaliddeploymentspec";
    DEPLOYMENT_RESTARTS: Local, Ok, "DeploymentRestarts", "", "", "";
    PORT_MOVED: Local, Ok, "PortMoved", "", "", "";
    LEFTOVERS_REMOVED: Local, Ok, "LeftoversRemoved", "", "", "";
}
