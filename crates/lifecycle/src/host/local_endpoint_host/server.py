"""The inference server: imported once here, run in a child for every generation."""

import gc
import importlib.util
import os
import shutil
import sys

from .arguments import TOKEN

# What the server imports before it reads a single variable. Names that a version of it does not have cost nothing.
IMPORTED = [
    "azureml_inference_server_http.amlserver",
    "gunicorn.app.wsgiapp",
    "gunicorn.arbiter",
    "gunicorn.workers.sync",
    "flask",
    "flask_cors",
    "pydantic_settings",
    "inference_schema.schema_util",
    "opentelemetry.sdk._logs.export",
    "opentelemetry.sdk.trace.export",
    "azure.monitor.opentelemetry.exporter",
]


def warm(given):
    """Imports the server and all it stands on, by the Python that has it."""
    if importlib.util.find_spec("azureml_inference_server_http") is None:
        by_its_own_python(given)
    import azureml_inference_server_http.constants as constants

    # The package hard-wires it, and every module takes its own copy.
    constants.DEFAULT_HOST = given.address
    for name in IMPORTED:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    import gunicorn

    if gunicorn.version_info >= (25, 1):
        # From 25.1 on gunicorn opens a control socket at one fixed path per user: generations would share it.
        own = os.environ.get("GUNICORN_CMD_ARGS", "")
        os.environ["GUNICORN_CMD_ARGS"] = f"{own} --no-control-socket".strip()
    # What is there before a fork is not looked through by its children: they end in 90 ms instead of 570, and the
    # memory stays shared.
    gc.freeze()


def by_its_own_python(given):
    """An image may have the server in another Python than the first on PATH: the one its command names."""
    found = shutil.which("azmlinfsrv")
    python = found and named_by(found)
    if not python or os.path.realpath(python) == os.path.realpath(sys.executable):
        # As a shell says it, with its exit code.
        print("azmlinfsrv: command not found", file=sys.stderr)
        sys.exit(127)
    os.environ[TOKEN] = given.token
    os.execv(python, [python, *sys.argv])


def named_by(script):
    """The Python of a console script; behind a path that is too long for `#!` stands a shell instead."""
    with open(script, errors="replace") as lines:
        python = lines.readline()[2:].strip().split(" ")[0]
    return python if "python" in python else os.path.join(os.path.dirname(script), "python")


def serve(generation, given):
    """The server as azmlinfsrv itself would start it, in the child of a generation."""
    from azureml_inference_server_http.amlserver import run

    # Its port is the last word.
    sys.argv = ["azmlinfsrv", *given.server[:-1], str(generation.port)]
    return run()
