import { describe, expect, it } from "vitest";
import { imageOf } from "#testing/image-of.js";
import { handlersOf } from "./handler.js";

const dockerfile =
  'FROM python:3.11-slim\nWORKDIR /app\nRUN pip install runpod\nCOPY . .\nCMD ["python", "-u", "worker.py"]\n';

const handlersIn = async (files: Readonly<Record<string, string>>) => {
  const handlers = handlersOf(await imageOf({ Dockerfile: dockerfile, ...files }));
  return handlers.map(({ module, function: { name }, jobParameter, inputNames }) => ({
    path: module.projectPath,
    name,
    jobParameter,
    inputNames: [...inputNames],
  }));
};

describe("handlersOf", () => {
  it("finds the function behind handler, and the names that hold the job's input", async () => {
    const worker = `
import runpod

def work(job):
    data = job["input"]
    same = data or {}
    other = job["id"]
    return data

runpod.serverless.start({"handler": work, "return_aggregate_stream": True})
`;
    expect(await handlersIn({ "worker.py": worker })).toEqual([
      { path: "worker.py", name: "work", jobParameter: "job", inputNames: ["data", "same"] },
    ]);
  });

  it("finds each handler that a branch imports under the one name", async () => {
    const worker = `
import os
import runpod

if os.getenv("KIND") == "image":
    from images import handler
else:
    from speech import handler

runpod.serverless.start({"handler": handler})
`;
    const part = "def handler(job):\n    return job['input']\n";
    const found = await handlersIn({ "worker.py": worker, "images.py": part, "speech.py": part });
    expect(found.map(({ path }) => path)).toEqual(["images.py", "speech.py"]);
  });

  it("finds it under another name of the SDK, behind a name for the settings, async and decorated", async () => {
    const worker = `
from runpod import serverless as sls

@timed
async def work(event):
    data = event.get("input", {})
    yield data

settings = {"handler": work}
sls.start(settings)
`;
    expect(await handlersIn({ "worker.py": worker })).toEqual([
      { path: "worker.py", name: "work", jobParameter: "event", inputNames: ["data"] },
    ]);
  });

  it("follows an imported handler, a wrapper, a lambda and a method", async () => {
    const worker = `
import runpod
from parts.jobs import run
import parts.jobs

class Worker:
    def handle(self, job):
        return job

def plain(job):
    return 1

worker = Worker()
runpod.serverless.start({"handler": run})
runpod.serverless.start({"handler": timed(plain)})
runpod.serverless.start({"handler": lambda event: event["input"]})
runpod.serverless.start({"handler": worker.handle})
`;
    const jobs = "def run(job):\n    return 1\n";
    const found = await handlersIn({ "worker.py": worker, "parts/jobs.py": jobs, "parts/__init__.py": "" });
    expect(found.map(({ path, name, jobParameter }) => `${path} ${name} ${jobParameter}`)).toEqual([
      "parts/jobs.py run job",
      "worker.py plain job",
      "worker.py <lambda> event",
      "worker.py handle job",
    ]);
  });

  it("counts what the SDK's validator returns as input", async () => {
    const worker = `
import runpod
from runpod.serverless.utils.rp_validator import validate

def work(job):
    checked = validate(job["input"], SCHEMA)
    data = checked["validated_input"]
    return data

runpod.serverless.start({"handler": work})
`;
    expect((await handlersIn({ "worker.py": worker }))[0]?.inputNames).toEqual(["data"]);
  });

  it("finds none in files that the start does not reach", async () => {
    const other = 'import runpod\nrunpod.serverless.start({"handler": work})\ndef work(job): return 1\n';
    expect(await handlersIn({ "worker.py": "print(1)\n", "other.py": other })).toEqual([]);
  });
});
