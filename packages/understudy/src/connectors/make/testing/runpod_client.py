"""Sends the brief's jobs with the Python SDK of RunPod, and prints one JSON line for each step: {"step", "value"}.

Environment: RUNPOD_ENDPOINT_BASE_URL, RUNPOD_API_KEY, JOB (a whole input) and FAILING (one whose photo shows nobody).
"""

import json
import os

import runpod

runpod.api_key = os.environ["RUNPOD_API_KEY"]
job, failing = (json.loads(os.environ[name]) for name in ("JOB", "FAILING"))
endpoint = runpod.Endpoint("renders")


def say(step, value):
    print(json.dumps({"step": step, "value": value}), flush=True)


def refusal(act):
    try:
        act()
    except Exception as error:
        return type(error).__name__
    return None


say("run_sync", endpoint.run_sync(job, timeout=120))
sent = endpoint.run({"input": job, "policy": {"executionTimeout": 600_000}})
say("status", sent.status())
say("output", sent.output(timeout=120))
say("status at the end", sent.status())
failed = endpoint.run(failing)
say("output of a failure", failed.output(timeout=120))
say("status of a failure", failed.status())
say("cancel", endpoint.run(job).cancel()["status"])
say("health", endpoint.health())
say("no such job", refusal(lambda: runpod.endpoint.Job("renders", "8c7d0b6e-u1", endpoint.rp_client).status()))
say("wrong key", refusal(lambda: runpod.Endpoint("renders", api_key="wrong").health()))
