import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createApiClient, type ApiClient } from "#testing/service-lab/api-client.js";
import { startServe, type LogLine, type ServeProcess } from "#testing/service-lab/serve-process.js";
import { availableFuzzer } from "./testing/schemathesis.js";

const fuzzer = await availableFuzzer();
/** More of them find more: `UNDERSTUDY_FUZZ_EXAMPLES=300` takes ten minutes. */
const examplesPerRoute = Number(process.env["UNDERSTUDY_FUZZ_EXAMPLES"] ?? "50");
const seed = Number(process.env["UNDERSTUDY_FUZZ_SEED"] ?? "1");

let [folder, service]: [string, ServeProcess] = ["", undefined as never];
const errors: LogLine[] = [];

beforeAll(async () => {
  if (fuzzer === undefined) return;
  folder = await mkdtemp(join(tmpdir(), "understudy-fuzz-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const environment = { UNDERSTUDY_SERVER_REQUESTS_PER_MINUTE: "1000000", UNDERSTUDY_NETWORK_ALLOW: "loopback" };
  const words = ["--role", "api", "--data", join(folder, "data")];
  service = await startServe(words, environment, (line) => void (line.level === "error" && errors.push(line)));
});

afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

it.skipIf(fuzzer === undefined)(
  "answers whatever the document allows, and whatever it does not, as it says",
  async () => {
    const client = createApiClient(() => service);
    await fill(client);
    const keyId = await ownKeyId(client);
    const { isClean, report } = await fuzzer!({ ...service, keyId, seed, examplesPerRoute });
    expect(isClean, report).toBe(true);
    expect(errors).toEqual([]);
    // Else most of the answers were 401.
    expect(await ownKeyId(client)).toBe(keyId);
  },
);

async function ownKeyId(client: ApiClient): Promise<string> {
  const { keys } = await client.call<{ readonly keys: readonly { readonly id: string }[] }>("GET", "/v1/keys");
  return keys[0]!.id;
}

/** One of each, whose ids the fuzzer learns from lists. */
async function fill(client: ApiClient): Promise<void> {
  const photo = await client.upload(onePixel, "image/png");
  await client.call("POST", "/v1/consents", {
    subject: { name: "Jo Example" },
    photos: [{ uploadId: photo }],
    operator: "Sam Operator",
    use: "tests",
    ageConfirmed: true,
  });
  const hook = { url: "http://127.0.0.1:8080/hook" };
  const endpoint = await client.call<{ readonly endpoint: { readonly id: string } }>(
    "POST",
    "/v1/webhook-endpoints",
    hook,
  );
  await client.call("POST", `/v1/webhook-endpoints/${endpoint.endpoint.id}/test`);
  const source = { url: "http://127.0.0.1:8080/video.mp4" };
  await client.call("POST", "/v1/renders", { source, face: { uploadId: photo } });
}

const onePixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
