"""Drives an endpoint with both clients of the Python SDK and prints one JSON line for each step: {"step", "value"}.

Environment: RUNPOD_ENDPOINT_BASE_URL, RUNPOD_API_KEY, and the endpoint ids PLAIN (a plain handler), STREAM (a generator)
and NOBODY (no worker).
"""

import asyncio
import json
import os

import runpod
from runpod.http_client import AsyncClientSession

plain_id, stream_id, nobody_id = (os.environ[name] for name in ("PLAIN", "STREAM", "NOBODY"))


def say(step, value):
    print(json.dumps({"step": step, "value": value}), flush=True)


def blocking():
    runpod.api_key = os.environ["RUNPOD_API_KEY"]
    plain, stream, nobody = (runpod.Endpoint(each) for each in (plain_id, stream_id, nobody_id))
    say("run_sync", plain.run_sync({"input": {"mock_return": "at once"}}, timeout=60))
    say("run_sync wraps", plain.run_sync({"mock_return": {"text": "wrapped"}}, timeout=60))
    job = plain.run({"input": {"mock_return": "later"}})
    say("output", job.output(timeout=60))
    say("status", job.status())
    failing = plain.run({"input": {"mock_error": True}})
    failing.output(timeout=60)
    say("status of a failure", failing.status())
    say("stream", list(stream.run({"input": {"mock_return": ["a", {"b": 1}, 3]}}).stream()))
    waiting = nobody.run({"input": {"mock_return": "never"}})
    say("status in the queue", waiting.status())
    say("cancel", waiting.cancel()["status"])
    say("status after cancel", waiting.status())
    nobody.run({"input": {"mock_return": "never"}})
    nobody.run({"input": {"mock_return": "never"}})
    say("health", nobody.health())
    say("purge", nobody.purge_queue())
    try:
        runpod.Endpoint(nobody_id, api_key="wrong").health()
    except RuntimeError as error:
        say("wrong key", type(error).__name__)


async def asynchronous():
    async with AsyncClientSession() as session:
        plain, stream, nobody = (runpod.AsyncioEndpoint(each, session) for each in (plain_id, stream_id, nobody_id))
        job = await plain.run({"mock_return": "async"})
        say("async output", await job.output(timeout=60))
        say("async status", await job.status())
        streamed = await stream.run({"mock_return": [1, 2, 3]})
        say("async stream", [chunk async for chunk in streamed.stream()])
        waiting = await nobody.run({"mock_return": "never"})
        say("async cancel", (await waiting.cancel())["status"])
        await nobody.run({"mock_return": "never"})
        say("async health", (await nobody.health())["jobs"]["inQueue"])
        say("async purge", await nobody.purge_queue())


blocking()
asyncio.run(asynchronous())
