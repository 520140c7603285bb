"""Every key of azure-ai-ml's own schemas, one a line: `KIND PATH [required] [dropped]`.

usage: keys.py FILE            compares with the file; exit 1 when they differ
       keys.py FILE --write    writes it
"""

import logging
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from azure.ai.ml._schema._deployment.online.online_deployment import (  # noqa: E402
    KubernetesOnlineDeploymentSchema,
    ManagedOnlineDeploymentSchema,
)
from azure.ai.ml._schema._endpoint.online.online_endpoint import (  # noqa: E402
    KubernetesOnlineEndpointSchema,
    ManagedOnlineEndpointSchema,
)

KINDS = {
    "managed-endpoint": ManagedOnlineEndpointSchema,
    "managed-deployment": ManagedOnlineDeploymentSchema,
    "kubernetes-endpoint": KubernetesOnlineEndpointSchema,
    "kubernetes-deployment": KubernetesOnlineDeploymentSchema,
}


def below(field):
    """The schemas that a value of the field may have, with what stands between."""
    for inner in getattr(field, "_union_fields", None) or []:
        yield from below(inner)
    experimental = getattr(field, "_experimental_field", None)
    if experimental is not None:
        yield from below(experimental)
    if type(field).__name__ in ("List", "ListField") or hasattr(field, "inner") and not hasattr(field, "value_field"):
        yield from ((f"[]{between}", schema) for between, schema in below(field.inner))
    if getattr(field, "value_field", None) is not None:
        yield from ((f".*{between}", schema) for between, schema in below(field.value_field))
    if hasattr(field, "nested"):
        yield "", field.schema


def walk(schema, prefix, lines, depth=0):
    for name, field in schema.fields.items():
        path = f"{prefix}{field.data_key or name}"
        dropped = field.dump_only
        lines.add(f"{path}{' dropped' if dropped else ''}")
        if depth < 6 and not dropped:
            for between, nested in below(field):
                walk(nested, f"{path}{between}.", lines, depth + 1)


found = set()
for kind, schema in KINDS.items():
    lines = set()
    walk(schema(context={"base_path": pathlib.Path(".")}), "", lines)
    found |= {f"{kind} {line}" for line in lines}
text = "\n".join(sorted(found)) + "\n"
file = pathlib.Path(sys.argv[1])
if "--write" in sys.argv:
    file.write_text(text)
elif file.read_text() != text:
    old = set(file.read_text().splitlines())
    print("azure-ai-ml's keys changed:", *sorted(f"+ {it}" for it in found - old), *sorted(f"- {it}" for it in old - found), sep="\n")
    sys.exit(1)
print(f"{len(found)} keys in azure-ai-ml's schemas")
