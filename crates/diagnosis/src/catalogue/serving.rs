// The name is the status code; where one code has several causes, the reason follows it.
super::rows! {
    UNAUTHORIZED: Azure, UserThingFailed, "401", "the key or token is missing, malformed or wrong",
        "send `Authorization: Bearer <key>`; `local-endpoint keys` prints the key of this endpoint",
        "#http-status-codes";
    TOKEN_EXPIRED: Azure, UserThingFailed, "401-token-expired", "the token has expired",
        "fetch a new one from `refreshAfterTimeUtc` on, as a client of Azure has to; `local-endpoint keys --token` prints one",
        "#http-status-codes";
    FORBIDDEN: Azure, UserThingFailed, "403", "the token is of another tenant than the endpoint",
        "`local-endpoint keys --token` prints one of this endpoint's tenant", "#http-status-codes";
    /// Ours: passthrough asks for no key.
    FOREIGN_HOST: Local, UserThingFailed, "ForeignHost", "the Host header does not name this machine",
        "with --front-door passthrough send to 127.0.0.1 or localhost: there is no key, so pages of the web are kept out by their name", "";
    NO_ROUTE: Azure, UserThingFailed, "404", "no deployment of the endpoint has a positive weight",
        "give one a share: `traffic:` of the endpoint YAML, or `local-endpoint traffic NAME=100`",
        "#http-status-codes";
    /// Azure's own answer is not known.
    UNKNOWN_DEPLOYMENT: Local, UserThingFailed, "404-unknown-deployment",
        "the header azureml-model-deployment names a deployment that the endpoint does not have",
        "`local-endpoint status` lists the deployments", "#http-status-codes";
    REQUEST_TIMEOUT: Azure, UserThingFailed, "408", "the model took longer than request_timeout_ms",
        "raise `request_settings.request_timeout_ms` of the deployment YAML (default 5000, at most 180000), or make run() faster; what timed out keeps running in the container",
        "#http-status-codes";
    /// Our own deadline; Azure documents none.
    BODY_TIMEOUT: Local, UserThingFailed, "RequestBodyTimeout", "the request body stopped arriving",
        "send the whole body; the front end gives up after 30 seconds without a byte, and on a streamed body that arrives slower than 1 kB a second for longer than request_timeout_ms", "";
    /// Azure documents no limit.
    BODY_TOO_LARGE: Local, UserThingFailed, "RequestBodyTooLarge", "the request body is larger than is taken here",
        "send less at once; Azure documents no limit, so there it may pass", "";
    BAD_REQUEST: Local, UserThingFailed, "MalformedRequest", "the request is not one that can be passed on",
        "see to the framing of its body: Content-Length, or chunks and their end", "";
    MODEL_ERROR: Azure, UserThingFailed, "424", "the model answered with something other than 200",
        "the header ms-azureml-model-error-statuscode has the container's own status; for a 500 mend the exception in run(), any other status comes from the answer run() made or from the path that was asked for",
        "#http-status-codes";
    MODEL_CLOSED: Local, UserThingFailed, "424-connection-closed",
        "the container closed the connection before it answered",
        "the process behind run() died: look for os._exit, a segmentation fault or too little memory (`instance_type`) in the log",
        "#http-status-codes";
    MODEL_NOT_READY: Azure, UserThingFailed, "424-model-not-ready", "no instance of the deployment is ready",
        "see `local-endpoint status`; where a probe fails, give `readiness_probe` and `liveness_probe` more time (initial_delay, timeout, failure_threshold)",
        "#http-status-codes";
    TOO_MANY_PENDING: Azure, UserThingFailed, "429",
        "more than 2 x max_concurrent_requests_per_instance x instance_count requests were in flight",
        "raise `request_settings.max_concurrent_requests_per_instance` (and the environment variable WORKER_COUNT with it) or `instance_count`; clients should try again with an exponential backoff",
        "#http-status-codes";
    /// Said after a burst of 408 or 429, with the line of the YAML.
    MEASURED_CURE: Local, Ok, "MeasuredCure", "what the deployment YAML would have to say, by what was measured",
        "", "#http-status-codes";
    RATE_LIMITED: Azure, UserThingFailed, "429-rate-limited",
        "the endpoint got more requests a second than Azure allows it (500 by default)",
        "spread the requests, or ask Azure for a higher limit", "#http-status-codes";
    /// No front end answers so; one that dies does.
    ANSWER_LOST: Local, UserThingFailed, "AnswerLost", "the connection was cut before an answer came",
        "whether the model has worked on the request cannot be told from here: its log can, `local-endpoint logs`", "";
    INTERNAL_ERROR: Azure, UserThingFailed, "500", "the infrastructure around the model failed",
        "in Azure: try again, then open a support ticket; here: report it", "#http-status-codes";
    CONFLICT: Azure, UserThingFailed, "409", "an operation on this endpoint is already in progress",
        "wait until it has ended", "#http-status-codes";
    RUN_FAILED: Azure, UserThingFailed, "502", "run() raised an exception, or its process died",
        "mend the exception: its line is in the log", "#http-status-codes";
    OVERLOADED: Azure, UserThingFailed, "503", "more requests came than the replicas could take",
        "raise `instance_count`, or `scale_settings.min_instances` and `max_instances`; `request_settings.max_queue_wait_ms` lets requests wait longer",
        "#how-to-prevent-503-status-code-errors";
    NO_READY_REPLICA: Azure, UserThingFailed, "503-no-ready-replica", "no replica of the deployment is ready",
        "see `local-endpoint status`; where a probe fails, give `readiness_probe` and `liveness_probe` more time",
        "#how-to-prevent-503-status-code-errors";
    GATEWAY_TIMEOUT: Azure, UserThingFailed, "504", "the model took longer than request_timeout_ms",
        "raise `request_settings.request_timeout_ms` of the deployment YAML (default 5000, at most 300000), or make run() faster",
        "#http-status-codes";
}
