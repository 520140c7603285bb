"""Starts the inference server on loopback only: the package itself hard-wires 0.0.0.0."""

import os
import sys

import azureml_inference_server_http.constants as constants

constants.DEFAULT_HOST = "127.0.0.1"

import gunicorn  # noqa: E402

if gunicorn.version_info >= (25, 1):
    # From 25.1 on gunicorn opens a control socket at one fixed path per user: several instances would share it.
    arguments = os.environ.get("GUNICORN_CMD_ARGS", "")
    os.environ["GUNICORN_CMD_ARGS"] = f"{arguments} --no-control-socket".strip()

# A script's own folder leads sys.path; azmlinfsrv's would be bin/, which holds no modules.
sys.path.pop(0)

from azureml_inference_server_http.amlserver import run  # noqa: E402

sys.exit(run())
