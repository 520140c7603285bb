"""What was asked and answered: the lines of the traffic log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request that the endpoint has answered or refused."""

    time: datetime
    """Its start, UTC."""
    method: str
    path: str
    """With the query."""
    status: int
    """What the client got; 0 when it left before."""
    reason: str | None
    """Why it is not the model's 200."""
    deployment: str | None
    instance: str | None
    """`blue/0`"""
    model_status: int | None
    """What the container said."""
    request_bytes: int
    response_bytes: int
    milliseconds: float
    """From the start of the request to the last byte of the answer, or until the client left."""
    request_id: str
    """`x-request-id`"""
    client_request_id: str | None
    """`x-ms-client-request-id`"""
    user_agent: str | None
    mirror: bool
    """A copy for the mirror's deployment, with ids of its own."""
    injected: str | None
    """The fault of `chaos` that hit it, `slow-1`."""

    def __str__(self) -> str:
        answer = f"{self.status}" if self.model_status is None else f"{self.status} ({self.model_status})"
        words = [f"{self.time:%H:%M:%S.%f}"[:-3], self.method, self.path, answer, self.deployment or "-"]
        words += [f"{self.milliseconds:.1f} ms", self.request_id]
        return "  ".join(words + [word for word in (self.reason, self.injected) if word])


def read(line: str) -> Request:
    """A line of `logs --traffic -o json`: Azure's columns, and ours."""
    columns: dict[str, Any] = json.loads(line)
    # Before 3.11 Python does not know the Z.
    time = datetime.fromisoformat(columns["TimeGenerated"].replace("Z", "+00:00"))
    return Request(
        time=time,
        method=columns["Method"],
        path=columns["Path"],
        status=columns["ResponseCode"],
        reason=columns.get("ResponseCodeReason"),
        deployment=columns.get("DeploymentName"),
        instance=columns.get("InstanceId"),
        model_status=columns.get("ModelStatusCode"),
        request_bytes=columns.get("RequestPayloadSize", 0),
        response_bytes=columns.get("ResponsePayloadSize", 0),
        milliseconds=columns["TotalDurationUs"] / 1000,
        request_id=columns["XRequestId"],
        client_request_id=columns.get("XMSClientRequestId"),
        user_agent=columns.get("UserAgent"),
        mirror=columns.get("Mirror", False),
        injected=columns.get("Injected"),
    )
