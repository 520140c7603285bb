import json
import os
from pathlib import Path

import joblib
import numpy as np


def init():
    global model
    # A folder given as `model.path` keeps its name below AZUREML_MODEL_DIR.
    path = next(Path(os.environ["AZUREML_MODEL_DIR"]).glob("*/model.joblib"))
    model = joblib.load(path)
    print(f"init: loaded {model['name']} from {path}")


def run(data):
    rows = np.array(json.loads(data)["data"], dtype=float)
    predictions = model["estimator"].predict(rows)
    return {"model": model["name"], "predictions": [round(float(p), 3) for p in predictions]}
