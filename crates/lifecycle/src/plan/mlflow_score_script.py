"""Scores an MLflow model that came without a scoring script.

It takes and answers what Azure's script for such models does (docs/mlflow.md): `input_data`, and `params` beside it.
The types of both are made by inference-schema from the model's input example, else from its signature.
"""

import inspect
import io
import json
import logging
import os

import mlflow.pyfunc
import numpy
import pandas
from inference_schema.parameter_types.abstract_parameter_type import AbstractParameterType
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema
from mlflow.models import Model

try:
    from azureml.ai.monitoring import Collector
except ImportError:
    Collector = None

# mlflow 3 loads nothing through a symbolic link, which is what a model is on the process engine.
FOLDER = os.path.realpath(os.path.join(os.environ["AZUREML_MODEL_DIR"], os.environ.get("MLFLOW_MODEL_FOLDER", "")))
# Their inputs are texts: nothing is made into arrays.
TEXT_FLAVORS = {"transformers", "langchain", "openai"}

log = logging.getLogger("mlflow_score_script")


class AsItComes(AbstractParameterType):
    """Where nothing tells the type."""

    def __init__(self):
        super().__init__(None)

    def deserialize_input(self, input_data):
        return input_data

    def input_to_swagger(self):
        return {"type": "object", "example": {}}


def frame(split):
    orient = "split" if "columns" in split else "values"
    return pandas.read_json(io.StringIO(json.dumps(split)), orient=orient, dtype=False)


def arrays(tensors):
    if isinstance(tensors, dict):
        return {name: numpy.asarray(tensor) for name, tensor in tensors.items()}
    return numpy.asarray(tensors)


def example(described):
    """The input that was saved with the model, or None."""
    info = described.saved_input_example_info
    if not info:
        return None
    with open(os.path.join(FOLDER, info["artifact_path"]), encoding="utf-8") as file:
        written = json.load(file)
    if info["type"] == "dataframe":
        return frame(written)
    if info["type"] == "ndarray":
        return arrays(written["inputs"] if isinstance(written, dict) and "inputs" in written else written)
    return written


def sample(schema):
    """An input or output of this schema, with no rows or all zeros."""
    if not schema.is_tensor_spec():
        types = dict(zip(schema.input_names(), schema.pandas_types()))
        return pandas.DataFrame(columns=list(types)).astype(types)
    zeros = {each.name: numpy.zeros([max(size, 1) for size in each.shape], dtype=each.type) for each in schema.inputs}
    return zeros if schema.has_input_names() else next(iter(zeros.values()))


def attempt(what, make, *arguments):
    try:
        return make(*arguments)
    except Exception as problem:
        log.warning("no sample from %s: %s", what, problem)
        return None


def parameter(value, orient):
    if isinstance(value, pandas.DataFrame):
        return PandasParameterType(value, enforce_shape=False, orient=orient)
    if isinstance(value, numpy.ndarray):
        return NumpyParameterType(value, enforce_shape=False)
    if isinstance(value, dict) and value and all(isinstance(each, numpy.ndarray) for each in value.values()):
        return StandardPythonParameterType({name: parameter(each, orient) for name, each in value.items()})
    return AsItComes()


def of_params(schema):
    defaults = {each.name: each.default for each in schema.params} if schema else {}
    return StandardPythonParameterType(defaults) if defaults else AsItComes()


described = Model.load(FOLDER)
is_text = bool(TEXT_FLAVORS & set(described.flavors))
inputs = None if is_text else attempt("the input example", example, described)
outputs = None
if described.signature:
    if inputs is None and not is_text and described.signature.inputs:
        inputs = attempt("the signature's inputs", sample, described.signature.inputs)
    if described.signature.outputs:
        outputs = attempt("the signature's outputs", sample, described.signature.outputs)

model = mlflow.pyfunc.load_model(FOLDER)
takes_params = "params" in inspect.signature(model.predict).parameters
collectors = {}


def init():
    for name in ("model_inputs", "model_outputs") if Collector else ():
        try:
            collectors[name] = Collector(name=name)
        except Exception as problem:  # Where data collection is off, it says so by raising.
            log.info("%s is not collected: %s", name, problem)


def collect(name, data, context=None):
    try:
        return collectors[name].collect(pandas.DataFrame(data), context) if name in collectors else None
    except Exception as problem:
        log.error("%s is not collected: %s", name, problem)
        return None


def parsed(data):
    """What no sample has given a type, by its form: a list is a tensor, a table needs its index."""
    if is_text or isinstance(data, (numpy.ndarray, pandas.DataFrame)):
        return data
    if isinstance(data, str):
        data = json.loads(data)
    if isinstance(data, dict) and {"columns", "index", "data"} <= data.keys():
        return frame(data)
    return arrays(data)


def jsonable(answer):
    if isinstance(answer, numpy.ndarray):
        return answer.tolist()
    if isinstance(answer, pandas.Series):
        answer = answer.to_frame()
    return answer.to_dict(orient="records") if isinstance(answer, pandas.DataFrame) else answer


@input_schema("input_data", parameter(inputs, "split"))
@input_schema("params", of_params(getattr(described.signature, "params", None)), optional=True)
@output_schema(parameter(outputs, "records"))
def run(input_data, params=None):
    data = parsed(input_data)
    context = collect("model_inputs", data)
    answer = model.predict(data, params=params) if takes_params else model.predict(data)
    collect("model_outputs", answer, context)
    return jsonable(answer)
