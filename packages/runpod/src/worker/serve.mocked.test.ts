import { expect, test, vi } from "vitest";
import { serve } from "./serve.js";

const serveLocal = vi.hoisted(() => vi.fn(() => Promise.resolve(7)));
vi.mock("#local/serve-local.js", () => ({ serveLocal }));

test("--rp_serve_api serves the local API, whatever else is given", async () => {
  const options = {
    handler: () => 0,
    env: { RUNPOD_WEBHOOK_GET_JOB: "http://127.0.0.1:1/job-take/$ID" },
    argv: ["--rp_serve_api", "--rp_api_port=0", "--test_input", "{}"],
  };
  expect(await serve(options)).toBe(7);
  const withLog = { ...options, log: expect.any(Function) };
  expect(serveLocal).toHaveBeenCalledWith(withLog, expect.objectContaining({ apiHost: "localhost", apiPort: 0 }));
});
