"""What azure-ai-ml's loader makes of each file of an index, one JSON line for one file."""

import contextlib
import io
import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from azure.ai.ml import load_online_deployment, load_online_endpoint  # noqa: E402

LOAD = {"deployment": load_online_deployment, "endpoint": load_online_endpoint}


def values(entity):
    """The entity as its own schema writes it; None where it cannot."""
    try:
        return json.loads(json.dumps(entity._to_dict(), default=str))
    except Exception:  # noqa: BLE001
        return None


for line in sys.stdin:
    case = json.loads(line)
    out = {"file": case["file"]}
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            entity = LOAD[case["kind"]](case["file"])
            out |= {"accepted": True, "values": values(entity)}
    except BaseException as error:  # noqa: BLE001
        out |= {"accepted": False, "why": f"{type(error).__name__}: {error}"[:400]}
    print(json.dumps(out))
