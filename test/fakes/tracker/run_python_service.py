"""Runs a sample service and reports what it throws.

There is no SDK here: sentry_sdk cannot be installed where these tests run, since no package index is within reach. So the
event is built from the real traceback, as Sentry documents the payload:
https://develop.sentry.dev/sdk/foundations/transport/event-payloads/ and .../envelopes/. Nothing else of an SDK is imitated:
no breadcrumbs, no local variables, no retries.

Usage: SENTRY_DSN=... python run_python_service.py DIRECTORY ARGUMENT...
"""

import gzip
import json
import linecache
import os
import runpy
import sys
import time
import traceback
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import urlsplit

CONTEXT_LINES = 5


def frame_of(summary: traceback.FrameSummary, root: Path) -> dict:
    """One frame; what is below the directory of the service is its own."""
    path = Path(summary.filename)
    in_app = path.is_absolute() and path.is_relative_to(root)
    line = summary.lineno or 1

    def lines(first: int, last: int) -> list[str]:
        return [linecache.getline(str(path), at).rstrip("\n") for at in range(max(1, first), last + 1)]

    total = len(linecache.getlines(str(path)))
    relative = str(path.relative_to(root)) if in_app else path.name
    return {
        "filename": relative,
        "abs_path": str(path),
        "module": relative.removesuffix(".py").replace("/", "."),
        "function": summary.name,
        "lineno": line,
        "in_app": in_app,
        "pre_context": lines(line - CONTEXT_LINES, line - 1),
        "context_line": linecache.getline(str(path), line).rstrip("\n"),
        "post_context": lines(line + 1, min(total, line + CONTEXT_LINES)),
    }


def event_of(error: BaseException, root: Path) -> dict:
    """The event, frames oldest first and without our own."""
    summaries = traceback.extract_tb(error.__traceback__)
    frames = [frame_of(one, root) for one in summaries if one.filename != __file__ and "runpy" not in one.filename]
    mechanism = {"type": "excepthook", "handled": False}
    return {
        "event_id": uuid.uuid4().hex,
        "timestamp": time.time(),
        "platform": "python",
        "level": "error",
        "server_name": os.environ.get("SENTRY_NAME", "worker-1"),
        "release": os.environ.get("SENTRY_RELEASE"),
        "environment": os.environ.get("SENTRY_ENVIRONMENT", "production"),
        "tags": json.loads(os.environ.get("SERVICE_TAGS", "{}")),
        "exception": {
            "values": [
                {
                    "type": type(error).__name__,
                    "value": str(error),
                    "module": type(error).__module__,
                    "mechanism": mechanism,
                    "stacktrace": {"frames": frames},
                }
            ]
        },
        "sdk": {"name": "astraforge.sample.python", "version": "1.0.0"},
    }


def send(event: dict, dsn: str) -> None:
    """Sends an envelope with one event, compressed."""
    address = urlsplit(dsn)
    base, project = address.path.rsplit("/", 1)
    url = f"{address.scheme}://{address.hostname}:{address.port}{base}/api/{project}/envelope/"
    payload = json.dumps(event).encode()
    header = json.dumps({"event_id": event["event_id"], "dsn": dsn}).encode()
    item = json.dumps({"type": "event", "length": len(payload)}).encode()
    headers = {
        "Content-Type": "application/x-sentry-envelope",
        "Content-Encoding": "gzip",
        "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_key={address.username}, sentry_client=sample/1.0",
    }
    body = gzip.compress(b"\n".join([header, item, payload]) + b"\n")
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
        answer.read()


def main() -> int:
    """Runs main.py of the directory as a program."""
    root = Path(sys.argv[1]).resolve()
    sys.argv = [str(root / "main.py"), *sys.argv[2:]]
    sys.path.insert(0, str(root))
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except Exception as error:
        traceback.print_exc()
        send(event_of(error, root), os.environ["SENTRY_DSN"])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
