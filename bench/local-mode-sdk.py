"""One verb of azure-ai-ml's local mode, for bench/local-mode: local-mode-sdk.py create|list|delete DEPLOYMENT.YML

Prints the seconds of the call alone, without the import.
"""

import sys
import time

from azure.ai.ml import MLClient, load_online_deployment


class NoCredential:
    """Local mode asks for one and never uses it."""

    def get_token(self, *scopes, **_):
        raise RuntimeError(f"local mode asked for a token: {scopes}")


verb, file = sys.argv[1:]
client = MLClient(NoCredential(), "subscription", "group", "workspace")
began = time.monotonic()
if verb == "list":
    list(client.online_endpoints.list(local=True))
else:
    deployment = load_online_deployment(file)
    if verb == "create":
        client.online_deployments.begin_create_or_update(deployment, local=True)
    else:
        client.online_deployments.begin_delete(deployment.name, deployment.endpoint_name, local=True)
print(time.monotonic() - began)
