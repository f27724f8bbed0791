import { createEndpoint, createMemoryStore } from "@understudy/runpod/endpoint";
import { expect, it, onTestFinished } from "vitest";
import { shareTestService } from "#server/testing/open-test-service.js";

const shared = shareTestService();

function openWithEndpoint() {
  const endpoint = createEndpoint({ id: "faces", store: createMemoryStore(), keys: ["a key of its own"], pollMs: 1 });
  onTestFinished(() => endpoint.close());
  return shared().reopen({ endpoint });
}

it("takes jobs and gives them to workers, for keys of the service with the scope", async () => {
  const { newCaller } = openWithEndpoint();
  const caller = await newCaller({ scopes: ["jobs"] });
  const kept = await caller.ask("POST", "/v2/faces/run", { input: { number: 1 } });
  const { id } = (await kept.json()) as { id: string };
  expect(kept.status).toBe(200);
  expect(await (await caller.ask("GET", "/v2/faces/job-take/w1?gpu=local")).json()).toMatchObject({ id });
  expect((await caller.ask("POST", `/v2/faces/job-done/w1/${id}`, { output: "done" })).status).toBe(200);
  expect(await (await caller.ask("GET", `/v2/faces/status/${id}`)).json()).toMatchObject({
    status: "COMPLETED",
    output: "done",
  });
});

it("takes bodies as large as RunPod's", async () => {
  const { alice } = openWithEndpoint();
  expect((await alice.ask("POST", "/v2/faces/run", { input: "a".repeat(2_000_000) })).status).toBe(200);
});

it("knows neither the endpoint's own keys nor keys without the scope", async () => {
  const { api, newCaller } = openWithEndpoint();
  const ask = async (authorization: string) =>
    (await api.request("/v2/faces/health", { headers: { authorization } })).status;
  expect(await ask("Bearer a key of its own")).toBe(401);
  expect(await ask((await newCaller({ scopes: ["renders:read"] })).secret)).toBe(403);
});

it("describes failures as both who guards the routes and RunPod tell them", async () => {
  const { api, alice } = openWithEndpoint();
  const { paths } = api.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "jobs", version: "1" } });
  const described = paths?.["/v2/{endpoint}/{operation}"]?.get?.responses?.["default"];
  const typeOf = async (answer: Promise<Response> | Response) => (await answer).headers.get("content-type");
  const types = [await typeOf(api.request("/v2/other/health")), await typeOf(alice.ask("GET", "/v2/other/health"))];
  expect(Object.keys((described as { readonly content: object }).content)).toEqual(types);
});

it("is not there without an endpoint, and there is no other", async () => {
  const { alice } = shared();
  expect((await alice.ask("GET", "/v2/faces/health")).status).toBe(404);
  expect((await openWithEndpoint().alice.ask("GET", "/v2/other/health")).status).toBe(404);
});
