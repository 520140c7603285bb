"""Files for the comparison: the four kinds, changed one thing at a time. The same seed gives the same files.

usage: generate.py FOLDER SEED PROJECTS...     writes FOLDER/index.jsonl: file, kind, mutation, key, value
PROJECTS: folders whose YAML files are compared as they are.
"""

import json
import pathlib
import random
import re
import sys

FOLDER = pathlib.Path(sys.argv[1])
random = random.Random(int(sys.argv[2]))

ENVIRONMENT = [
    ("name", "env-1"), ("version", '"1"'), ("description", "text"), ("tags", [("a", "b")]), ("image", "busybox"),
    ("conda_file", "conda.yml"), ("os_type", "linux"),
    ("inference_config", [
        ("liveness_route", [("port", "5001"), ("path", "/live")]),
        ("readiness_route", [("port", "5001"), ("path", "/ready")]),
        ("scoring_route", [("port", "5001"), ("path", "/score")]),
    ]),
]
BUILD = [("build", [("path", "build"), ("dockerfile_path", "Dockerfile")])]
PROBE = [("initial_delay", "10"), ("period", "10"), ("timeout", "2"), ("success_threshold", "1"), ("failure_threshold", "30")]
COMMON = [
    ("$schema", "https://azuremlschemas.azureedge.net/latest/onlineDeployment.schema.json"),
    ("name", "blue"), ("endpoint_name", "my-endpoint"), ("description", "text"),
    ("tags", [("a", "b")]), ("properties", [("a", "b")]),
    ("model", [("name", "m"), ("version", '"1"'), ("path", "model.txt"), ("type", "custom_model"),
               ("description", "text"), ("tags", [("a", "b")]), ("properties", [("a", "b")]), ("stage", "Production")]),
    ("model_mount_path", "/models"),
    ("code_configuration", [("code", "code"), ("scoring_script", "score.py")]),
    ("environment", ENVIRONMENT),
    ("environment_variables", [("A", "b"), ("C", '"1"')]),
    ("app_insights_enabled", "true"),
    ("request_settings", [("request_timeout_ms", "3000"), ("max_concurrent_requests_per_instance", "2"), ("max_queue_wait_ms", "500")]),
    ("liveness_probe", PROBE), ("readiness_probe", PROBE), ("instance_count", "1"),
    ("data_collector", [
        ("collections", [("inputs", [("enabled", '"true"'), ("client_id", "x"), ("data", [("name", "d"), ("version", '"1"'), ("path", "azureml://datastores/d/paths/p")])])]),
        ("rolling_rate", "hour"), ("sampling_rate", "0.5"), ("request_logging", [("capture_headers", ["a", "b"])]),
    ]),
]
MANAGED = COMMON + [
    ("instance_type", "Standard_DS3_v2"), ("egress_public_network_access", "enabled"),
    ("scale_settings", [("type", "default")]),
]
KUBERNETES = COMMON + [
    ("type", "kubernetes"), ("instance_type", "small"),
    ("resources", [("requests", [("cpu", '"1"'), ("memory", '"1Gi"')]), ("limits", [("cpu", '"2"'), ("memory", '"2Gi"'), ("nvidia.com/gpu", '"1"')])]),
    ("scale_settings", [("type", "target_utilization"), ("min_instances", "1"), ("max_instances", "3"), ("polling_interval", "10"), ("target_utilization_percentage", "70")]),
]
ENDPOINT = [
    ("$schema", "https://azuremlschemas.azureedge.net/latest/onlineEndpoint.schema.json"),
    ("name", "my-endpoint"), ("description", "text"), ("tags", [("a", "b")]), ("properties", [("a", "b")]),
    ("auth_mode", "key"), ("traffic", [("blue", "90"), ("green", "10")]), ("mirror_traffic", [("red", "10")]),
    ("identity", [("type", "user_assigned"), ("user_assigned_identities", [[("resource_id", "/subscriptions/s")]])]),
]
KINDS = {
    "managed-deployment": MANAGED,
    "kubernetes-deployment": KUBERNETES,
    "managed-endpoint": ENDPOINT + [("public_network_access", "enabled")],
    "kubernetes-endpoint": ENDPOINT + [("compute", "azureml:cluster")],
}
SMALL = {
    "managed-deployment": [("name", "blue"), ("endpoint_name", "my-endpoint"), ("instance_type", "Standard_DS3_v2"), ("environment", [("image", "busybox")])],
    "kubernetes-deployment": [("name", "blue"), ("endpoint_name", "my-endpoint"), ("type", "kubernetes"), ("environment", [("image", "busybox")])],
    "managed-endpoint": [("name", "my-endpoint")],
    "kubernetes-endpoint": [("name", "my-endpoint"), ("compute", "azureml:cluster")],
}
TYPES = ["1", '"1"', "3.7", "-1", "true", '"yes"', '""', "abc", "[1]", "[]", "{a: 1}", "{}", "[abc]", "{a: b}", "2024-01-02",
         "99999999999999999999", ".inf", ".nan", "!!str 5", '!!int "5"', "|\n  block", '"a\\nb"', "'quoted'", "0"]
NUMBERS = ['"2"', '"3.7"', '"2 "', '" 2"', '"+3"', '"-3"', '"1_000"', '"0x10"', '"1e3"', '""', '"two"', '"0"', '"007"', "'5'"]
YAML11 = ["yes", "no", "on", "off", "y", "n", "Yes", "OFF", "0755", "0o755", "0x1F", "0b11", "1_000", "12:30:45", "12:30", "1e3",
          "1.0e+3", "1_0.5", "~", "Null", "=", ".5", "1.", "089", "-0x1F", "TRUE", "tRue"]
ENUMS = {
    "type": ["managed", "Managed", "MANAGED", "kubernetes", "Kubernetes", "KUBERNETES", "default", "Default", "DEFAULT", "target_utilization",
             "TargetUtilization", "targetUtilization", "TARGET_UTILIZATION", "Target_Utilization", "custom_model", "CustomModel",
             "mlflow_model", "MLflowModel", "MlflowModel", "triton_model", "TritonModel", "system_assigned", "SystemAssigned",
             "systemAssigned", "user_assigned", "UserAssigned", "none", "None", "NONE", "SystemAssigned,UserAssigned", "manual"],
    "auth_mode": ["key", "Key", "KEY", "aml_token", "AMLToken", "AmlToken", "amlToken", "AML_TOKEN", "amltoken", "aad_token", "AADToken", "aadToken", "token", " key"],
    "public_network_access": ["enabled", "Enabled", "ENABLED", "Disabled", "disabled", "off", "enable"],
    "egress_public_network_access": ["enabled", "Enabled", "ENABLED", "Disabled", "disabled", "off", "enable"],
    "os_type": ["linux", "Linux", "LINUX", "windows", "Windows", "macos"],
    "rolling_rate": ["minute", "Minute", "hour", "Hour", "HOUR", "day", "Day", "week", "year"],
    "enabled": ['"true"', '"True"', '"TRUE"', '"tRuE"', '"false"', '"False"', "true", "false", '"yes"', "TRUE"],
}
REFERENCES = [
    "azureml:x:1", "azureml:x@latest", "azureml:x", "azureml:", "azureml:x:", "azureml:x:1:2", "x:1", "x", "file:env.yml", "file:no.yml",
    "file:conda.yml", "file:", "env.yml", "./env.yml", "model.txt", "./model.txt", "azureml://registries/r/models/n/versions/1",
    "azureml://registries/r/environments/n/versions/1", "azureml://registries/r/environments/n/labels/latest",
    "azureml:/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/models/n/versions/1",
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/environments/n/versions/1",
    "azureml://datastores/d/paths/p", "azureml://subscriptions/s/resourcegroups/g/workspaces/w/datastores/d/paths/p",
    "https://example.com/x", "git+https://example.com/x", "AzureML:x:1", "azureml:AzureML-minimal-py39:1", "azureml:x y:1", "mcr.microsoft.com/x:1", "runs:/1/model",
]
NAMES = ["a", "ab", "a1", "1a", "a_b", "a-b", "-ab", "ab-", "A-B", "my.endpoint", "a" * 32, "a" * 40, "ä", "a b", "a--b", '"1"', "1", "Blue", "''", "ab\\n"]
SPLITS = [[("blue", "100")], [("blue", "101")], [("blue", "50"), ("green", "51")], [("blue", "-10"), ("green", "110")], [("blue", "0")],
          [("blue", '"50"')], [("blue", "50.9"), ("green", "50")], [("Blue", "60"), ("blue", "60")], [("1", "50")], [("blue", "null")], []]
COMPANIONS = {
    "model.txt": "x", "code/score.py": "def init(): pass\n\n\ndef run(x): return x\n", "conda.yml": "dependencies: [python=3.11]\n",
    "env.yml": "name: e\nimage: busybox\n", "build/Dockerfile": "FROM busybox\n",
}


def emit(pairs, indent=0):
    out, pad = [], "  " * indent
    for key, value in pairs:
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            out += [f"{pad}{key}:", *emit(value, indent + 1)]
        elif isinstance(value, list) and value and isinstance(value[0], list):
            for item in value:
                lines = emit(item, indent + 2)
                out += [f"{pad}{key}:", f"{pad}  - {lines[0].strip()}", *lines[1:]]
        elif isinstance(value, list):
            out.append(f"{pad}{key}: [{', '.join(value)}]" if value else f"{pad}{key}: {{}}")
        else:
            out.append(f"{pad}{key}: {value}".replace("\n", f"\n{pad}"))
    return out


def paths(pairs, above=()):
    """Every key, with the keys above it. Only mappings are entered."""
    for key, value in pairs:
        yield (*above, key), value
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            yield from paths(value, (*above, key))


def change(pairs, path, how):
    """A copy in which `how(key, value)` gives the pairs that stand for the one at `path`."""
    out = []
    for key, value in pairs:
        if key != path[0]:
            out.append((key, value))
        elif len(path) == 1:
            out += how(key, value)
        else:
            out.append((key, change(value, path[1:], how)))
    return out


def put(pairs, path, value):
    return change(pairs, path, lambda key, _: [(key, value)])


CASES = []


def case(kind, mutation, key, value, text):
    CASES.append((kind, mutation, ".".join(key) if isinstance(key, tuple) else key, str(value), text))


def text(pairs):
    return "\n".join(emit(pairs)) + "\n"


def misspelt(key):
    at = random.randrange(len(key))
    return random.choice([key[:at] + key[at + 1:], key.upper(), key.replace("_", "-"), key + "s", key[:at] + key[at] + key[at:]])


for kind, whole in KINDS.items():
    case(kind, "unchanged", "", "", text(whole))
    case(kind, "unchanged", "", "small", text(SMALL[kind]))
    for path, value in list(paths(whole)):
        block = isinstance(value, list)
        for new in TYPES:
            case(kind, "type", path, new, text(put(whole, path, new)))
        for new in ("null", "~", ""):
            case(kind, "null", path, new, text(put(whole, path, new)))
        for new in YAML11:
            case(kind, "yaml 1.1 scalar", path, new, text(put(whole, path, new)))
        for new in NUMBERS:
            case(kind, "number as string", path, new, text(put(whole, path, new)))
        case(kind, "missing", path, "", text(change(whole, path, lambda key, value: [])))
        case(kind, "misspelt key", path, "", text(change(whole, path, lambda key, value: [(misspelt(key), value)])))
        case(kind, "duplicate", path, "same", text(change(whole, path, lambda key, value: [(key, value), (key, value)])))
        case(kind, "duplicate", path, "bad first", text(change(whole, path, lambda key, value: [(key, "[[1]]"), (key, value)])))
        case(kind, "duplicate", path, "bad last", text(change(whole, path, lambda key, value: [(key, value), (key, "[[1]]")])))
        if block and value and isinstance(value[0], tuple):
            for new in ("bogus", "local_path", '"on"', "1", "on", "Name"):
                case(kind, "unknown key", path, new, text(put(whole, path, value + [(new, "x")])))
        for new in ENUMS.get(path[-1], []):
            case(kind, "enum", path, new, text(put(whole, path, new)))
    for new in ("bogus", "local_path", "startup_probe", "deployments", "target", "kind", "creation_context", "on", "1", '"$schema "', "id", "location", "provisioning_state", "compute", "resources", "instance_type", "scoring_uri", "defaults"):
        case(kind, "unknown key", "", new, text(whole + [(new, "x")]))
        case(kind, "unknown key", "", new, text(SMALL[kind] + [(new, "x")]))
    for new in NAMES:
        case(kind, "name", ("name",), new, text(put(whole, ("name",), new)))
        if "deployment" in kind:
            case(kind, "name", ("endpoint_name",), new, text(put(whole, ("endpoint_name",), new)))
    other = "kubernetes" if kind.startswith("managed") else "managed"
    for key, value in KINDS[kind.replace(kind.split("-")[0], other)]:
        if key not in dict(whole):
            case(kind, "other kind's key", (key,), "", text(whole + [(key, value)]))
    whole_text = text(SMALL[kind])
    for name, new in [
        ("BOM", "\ufeff" + whole_text), ("CRLF", whole_text.replace("\n", "\r\n")), ("document start", "---\n" + whole_text),
        ("document end", whole_text + "...\n"), ("two documents", whole_text + "---\n" + whole_text), ("tab", whole_text + "\tdescription: x\n"),
        ("comment", "# x\n" + whole_text.replace("\n", " # y\n")), ("no last line end", whole_text.rstrip("\n")), ("braces", "{" + ", ".join(x for x in ["name: abc", "endpoint_name: my-endpoint" if "deployment" in kind else "auth_mode: key"]) + "}"),
        ("empty", ""), ("list", "- a\n- b\n"), ("text", "abc\n"), ("placeholder", whole_text + "description: {{X}}\n"), ("directive", "%YAML 1.2\n---\n" + whole_text),
        ("anchor", whole_text + "description: &a text\nproperties:\n  x: *a\n"), ("merge", whole_text + "tags: &t\n  a: b\nproperties:\n  <<: *t\n  c: d\n"),
        ("merge of a list", whole_text + "tags: &t\n  a: b\nproperties:\n  <<: [*t, *t]\n"), ("merge of text", whole_text + "properties:\n  <<: abc\n"),
        ("unknown anchor", whole_text + "description: *nobody\n"), ("tag", whole_text + "description: !custom x\n"), ("binary", whole_text + "description: !!binary aGk=\n"),
        ("set", whole_text + "properties: !!set {a, b}\n"), ("folded", whole_text + "description: >-\n  a\n  b\n"), ("key with ?", whole_text + "? description\n: x\n"),
        ("quoted key", whole_text + '"description": x\n'), ("list key", whole_text + "[a]: x\n"), ("unfinished", whole_text + 'description: "x\n'), ("colon", whole_text + "description: a: b\n"),
        ("unicode", whole_text + "description: ä€😀\n"), ("control", whole_text + "description: a\x07b\n"), ("escape", whole_text + 'description: "\\u00e4\\x41"\n'), ("bad escape", whole_text + 'description: "\\q"\n'),
    ]:
        case(kind, "form of the file", "", name, new)
    if "deployment" in kind:
        for key in ("model", "environment"):
            for new in REFERENCES:
                case(kind, "reference", (key,), new, text(put(whole, (key,), new)))
        for new in REFERENCES:
            for path in (("model", "path"), ("code_configuration", "code"), ("environment", "image"), ("environment", "conda_file")):
                case(kind, "reference", path, new, text(put(whole, path, new)))
            anonymous = [("path", new)]
            case(kind, "reference", "model (anonymous).path", new, text(put(whole, ("model",), anonymous)))
            case(kind, "reference", "environment.build.path", new, text(put(whole, ("environment",), [("build", [("path", new)])])))
        for new in (BUILD, BUILD + [("image", "busybox")], [("build", [("dockerfile_path", "Dockerfile")])], [("name", "x")], [("conda_file", "conda.yml")], [("conda_file", [("dependencies", ["python"])]), ("image", "busybox")], [("dependencies", ["python"])], [("image", "busybox"), ("version", "1")]):
            case(kind, "environment form", ("environment",), new, text(put(whole, ("environment",), new)))
        for new in ([("path", "model.txt")], [("path", "no.txt")], [("path", "no.txt"), ("name", "m")], [("name", "m")], [("version", "1"), ("path", "model.txt")], [("path", "code")], [("name", "m"), ("version", "1")], [("type", "mlflow_model"), ("path", "code")]):
            case(kind, "model form", ("model",), new, text(put(whole, ("model",), new)))
    else:
        for new in SPLITS:
            for key in ("traffic", "mirror_traffic"):
                case(kind, "traffic", (key,), new, text(put(whole, (key,), new)))
        for new in REFERENCES:
            case(kind, "reference", ("compute",), new, text([it for it in whole if it[0] not in ("compute", "public_network_access")] + [("compute", new)]))

# So many of each, chosen by the seed: every kind of change has its part.
MOST = {"type": 900, "yaml 1.1 scalar": 700, "number as string": 500, "null": 300, "reference": 500}
chosen = []
for mutation in dict.fromkeys(it[1] for it in CASES):
    of = [it for it in CASES if it[1] == mutation]
    chosen += of if len(of) <= MOST.get(mutation, 400) else random.sample(of, MOST.get(mutation, 400))

with open(FOLDER / "index.jsonl", "w", encoding="utf-8") as index:
    for number, (kind, mutation, key, value, content) in enumerate(chosen):
        folder = FOLDER / f"{number:05}"
        for name, companion in COMPANIONS.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(companion)
        file = folder / "case.yml"
        file.write_bytes(content.encode())
        index.write(json.dumps({"file": str(file), "kind": kind.split("-")[1], "of": kind, "mutation": mutation, "key": key, "value": value}) + "\n")
    # Expanded by Python without a limit: an attack, which is refused here (crates/spec/tests/hostile.rs).
    hostile = {"alias-bomb.yml"}
    found = sorted(path for folder in sys.argv[3:] for path in pathlib.Path(folder).rglob("*") if path.suffix.lower() in (".yml", ".yaml"))
    for path in (path for path in found if path.name not in hostile):
        content = path.read_text(errors="replace")
        deployment = re.search(r"^(endpoint_name|code_configuration|instance_type)\b|OnlineDeployment", content, re.M)
        kind = "deployment" if deployment else "endpoint"
        index.write(json.dumps({"file": str(path), "kind": kind, "of": kind, "mutation": "fixture", "key": path.name, "value": ""}) + "\n")
        chosen.append(path)
print(f"{len(chosen)} files generated, of {len(CASES)}")
