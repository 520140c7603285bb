"""An Azure Machine Learning online endpoint on your own machine, for tests.

    with local_endpoint.serve("examples/hello") as endpoint:
        assert endpoint.invoke({"name": "you"}).status == 200

With pytest: the fixtures `local_endpoint` and `local_endpoint_factory` (`local_endpoint.pytest_plugin`).
"""

from importlib.metadata import version

from local_endpoint._endpoint import Answer, Fault, FaultKind, LocalEndpoint
from local_endpoint._program import CommandFailed, LocalEndpointError
from local_endpoint._serving import serve
from local_endpoint._sources import Source
from local_endpoint._traffic import Request

__version__ = version("local-endpoint")

__all__ = [
    "Answer",
    "CommandFailed",
    "Fault",
    "FaultKind",
    "LocalEndpoint",
    "LocalEndpointError",
    "Request",
    "Source",
    "serve",
]
