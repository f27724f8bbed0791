"""A handler of the Python SDK that does what its job's input says. `mock-worker.ts` is the same for our worker.

Environment: MOCK_KIND (plain, async, generator, async-generator), MOCK_AGGREGATE, MOCK_REFRESH, MOCK_CONCURRENCY.
Prints `{"finished": ID}` when the handler has done its part: what is missing after that line was lost by the worker.
"""

import asyncio
import json
import os
import time

import runpod

log = runpod.RunPodLogger()


def plain(job):
    given = begin(job)
    time.sleep(given.get("mock_delay", 0))
    for wait in report(job, given):
        time.sleep(wait)
    return end(job, given)


async def plain_async(job):
    given = begin(job)
    await asyncio.sleep(given.get("mock_delay", 0))
    for wait in report(job, given):
        await asyncio.sleep(wait)
    return end(job, given)


def generator(job):
    given = begin(job)
    for value in given.get("mock_return", []):
        time.sleep(given.get("mock_delay", 0))
        yield value
    finished(job)


async def async_generator(job):
    given = begin(job)
    for value in given.get("mock_return", []):
        await asyncio.sleep(given.get("mock_delay", 0))
        yield value
    finished(job)


def begin(job):
    given = job["input"]
    for line in given.get("mock_logs", []):
        getattr(log, line.get("level", "info"))(line["message"], job["id"])
    if given.get("mock_crash"):
        os._exit(1)
    if given.get("mock_error"):
        raise Exception("Mock error")
    if given.get("mock_busy"):
        until = time.monotonic() + given["mock_busy"]
        while time.monotonic() < until:
            pass
    return given


def report(job, given):
    progress = given.get("mock_progress", {})
    for update in progress.get("updates", []):
        runpod.serverless.progress_update(job, update)
        yield progress.get("wait_time", 0)


def end(job, given):
    finished(job)
    if "mock_odd" in given:
        return {"nan": float("nan"), "bytes": b"bytes"}[given["mock_odd"]]
    if "mock_size" in given:
        return "x" * given["mock_size"]
    value = given.get("mock_return", "Hello World!")
    if given.get("mock_refresh"):
        return {"refresh_worker": True, "mock_return": value}
    return value


def finished(job):
    print(json.dumps({"finished": job["id"]}, separators=(",", ":")), flush=True)


def main():
    handlers = {
        "plain": plain,
        "async": plain_async,
        "generator": generator,
        "async-generator": async_generator,
    }
    concurrency = int(os.environ.get("MOCK_CONCURRENCY", "1"))
    runpod.serverless.start(
        {
            "handler": handlers[os.environ.get("MOCK_KIND", "plain")],
            "return_aggregate_stream": "MOCK_AGGREGATE" in os.environ,
            "refresh_worker": "MOCK_REFRESH" in os.environ,
            "concurrency_modifier": lambda current: concurrency,
        }
    )


if __name__ == "__main__":
    main()
