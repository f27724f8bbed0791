import { beforeAll, expect, test } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { factsOf } from "./read-report.js";
import type { LibraryReport } from "./seal-messages.js";
import { SealThread } from "./seal-thread.js";
import { sealFile } from "./seal-file.js";
import { testKeys } from "./testing/test-keys.js";
import { testMedia } from "./testing/test-media.js";
import { noSignal, testOrder } from "./testing/test-order.js";

const file = useTempFolder();
let report: LibraryReport;

beforeAll(async () => {
  const thread = new SealThread();
  const { credentials, anchorsPem } = await testKeys();
  const path = file("still.png");
  await testMedia["still.png"].write(path);
  await sealFile(testOrder(path, "image/png"), credentials, thread, noSignal);
  const answer = await thread.run(
    { kind: "read", path: `${path}.sealed`, mediaType: "image/png", anchors: { own: anchorsPem, others: "" } },
    { signal: noSignal, maxSeconds: 60 },
  );
  await thread.close();
  if (answer.kind !== "report") throw new Error(answer.kind);
  report = answer.report;
});

type Results = { activeManifest: { success: { code: string }[]; failure: { code: string }[] } };

/** Facts of the report after a change to what the library found. */
const factsAfter = (change: (results: Results) => void) => {
  const json = JSON.parse(report.json) as { validation_results: Results };
  change(json.validation_results);
  return factsOf({ ...report, json: JSON.stringify(json) }, () => false);
};
const failingWith = (...codes: string[]) =>
  factsAfter(({ activeManifest }) => activeManifest.failure.push(...codes.map((code) => ({ code }))));

test("the report as it is, is valid", async () => {
  expect(await factsAfter(() => undefined)).toMatchObject({ state: "valid", trust: "ours" });
});

test.each([
  { codes: ["assertion.bmffHash.mismatch"], state: "altered" },
  { codes: ["assertion.dataHash.mismatch"], state: "altered" },
  { codes: ["claimSignature.mismatch"], state: "invalid" },
  { codes: ["signingCredential.expired"], state: "invalid" },
  { codes: ["assertion.hashedURI.mismatch"], state: "invalid" },
  { codes: ["something.nobody.knows"], state: "invalid" },
  { codes: ["constructor"], state: "invalid" },
  { codes: ["assertion.dataHash.mismatch", "claimSignature.mismatch"], state: "invalid" },
])("$codes make it $state", async ({ codes, state }) => {
  expect((await failingWith(...codes)).state).toBe(state);
});

test("a signer that nobody knows is told apart, and no failure", async () => {
  const facts = await factsAfter(({ activeManifest }) => {
    activeManifest.success = activeManifest.success.filter(({ code }) => code !== "signingCredential.trusted");
    activeManifest.failure.push({ code: "signingCredential.untrusted" });
  });
  expect(facts).toMatchObject({ state: "valid", trust: "unknown" });
});

test.each(["claimSignature.validated", "claimSignature.insideValidity", "assertion.dataHash.match"])(
  "silence is no proof: without %s it is invalid",
  async (missing) => {
    const facts = await factsAfter(({ activeManifest }) => {
      activeManifest.success = activeManifest.success.filter(({ code }) => code !== missing);
    });
    expect(facts.state).toBe("invalid");
  },
);

test("a report that cannot be made sense of is invalid, not an error", async () => {
  expect((await factsOf({ ...report, json: "{}" }, () => false)).state).toBe("invalid");
  const { store: _, ...withoutStore } = report;
  expect((await factsOf(withoutStore, () => false)).state).toBe("invalid");
  expect((await factsOf({ ...report, store: new Uint8Array(40) }, () => false)).state).toBe("invalid");
});

test("a signature that stands twice in the store, or that is not the one the library checked, is not believed", async () => {
  const { store = new Uint8Array(0) } = report;
  const twice = Buffer.concat([store, store]);
  expect((await factsOf({ ...report, store: twice }, () => true)).state).toBe("invalid");
  const other = report.json.replace(/("cert_serial_number":\s*")\d/, "$10");
  expect(other).not.toBe(report.json);
  expect((await factsOf({ ...report, json: other }, () => true)).state).toBe("invalid");
});

test("texts of a stranger are cut, and assertions of a wrong form passed over", async () => {
  const json = JSON.parse(report.json) as { active_manifest: string; manifests: Record<string, unknown> };
  const { signature_info } = json.manifests[json.active_manifest] as { signature_info: unknown };
  json.manifests[json.active_manifest] = {
    signature_info,
    claim_generator_info: [{ name: "x".repeat(5000) }],
    assertions: [
      { label: "c2pa.actions.v2", data: { actions: [{ action: "c2pa.edited", changes: "all" }] } },
      { label: "c2pa.soft-binding", data: [] },
      { label: "org.understudy.render", data: { renderId: 5 } },
    ],
  };
  const facts = await factsOf({ ...report, json: JSON.stringify(json) }, () => false);
  if (facts.state !== "valid") throw new Error(facts.state);
  expect(facts.claim).toMatchObject({ actions: [{ action: "c2pa.edited" }], softBindings: [] });
  expect(facts.claim.generator).toHaveLength(200);
  expect("renderId" in facts.claim).toBe(false);
});
