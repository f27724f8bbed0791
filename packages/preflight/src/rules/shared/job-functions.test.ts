import { expect, it } from "vitest";
import { imageOf } from "#testing/image-of.js";
import { callsOf, jobFunctionsOf } from "./job-functions.js";

const dockerfile =
  'FROM python:3.11-slim\nWORKDIR /app\nRUN pip install runpod\nCOPY . .\nCMD ["python", "-u", "worker.py"]\n';

const worker = `
import runpod
from parts import swap, Model

def load():
    return 1

def unused():
    return load()

def handler(job):
    if job is None:
        load()
    model = Model()
    def inner():
        return len(job)
    return pool.submit(swap, job)

runpod.serverless.start({"handler": handler})
`;

const parts = `
class Model:
    def __init__(self):
        self.cleanup()

    def cleanup(self):
        pass

def swap(job):
    return swap(job)
`;

it("follows a job through names, classes and other modules, and knows what runs only in a branch", async () => {
  const image = await imageOf({ Dockerfile: dockerfile, "worker.py": worker, "parts.py": parts });
  const found = jobFunctionsOf(image).map((each) => `${each.function.name}${each.isConditional ? " maybe" : ""}`);
  expect(found.toSorted()).toEqual(["__init__", "cleanup", "handler", "inner", "load maybe", "swap"]);
});

it("leaves the calls of an inner function to it", async () => {
  const image = await imageOf({ Dockerfile: dockerfile, "worker.py": worker, "parts.py": parts });
  const handler = jobFunctionsOf(image).find((each) => each.function.name === "handler");
  expect(handler && callsOf(handler).map(({ callee }) => callee)).toEqual(["load", "parts.Model", "pool.submit"]);
});
