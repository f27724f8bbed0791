import { describe, expect, it } from "vitest";
import { configSchema } from "#config/index.js";
import { assertAddresses, assertMayBegin, type CheckServices } from "./check-order.js";
import { sampleOrder, sampleAttachment } from "./testing/sample-render.js";

const attestation = { operator: "Agency", statement: "All agreed.", use: "ads", expiresAt: "2027-01-02T00:00:00.000Z" };
const consent = { kind: "standing", attestation } as const;

/** Nobody has agreed to anything; a photo that was uploaded is known by its hash. */
function servicesAt(now: string): CheckServices {
  const nothing = { list: async () => [], revocations: async () => [], find: async () => undefined };
  const data = { consents: nothing, evidenceShelf: { names: async () => [] } };
  const upload = { state: "whole", sha256: "c".repeat(64) };
  return {
    config: configSchema.parse({}),
    now: () => new Date(now),
    dataOf: () => data,
    uploads: { get: async () => upload },
  } as unknown as CheckServices;
}

describe("an order of a connected table", () => {
  it("is taken without a look at its attachments, whose addresses are not known yet", async () => {
    const order = sampleOrder({ source: sampleAttachment, faces: [sampleAttachment], consent });
    const { signal } = new AbortController();
    await expect(assertAddresses(order, { policy: undefined as never }, signal)).resolves.toBeUndefined();
    await expect(assertMayBegin(order, "owner", servicesAt("2027-01-01T00:00:00Z"))).resolves.toBeUndefined();
  });

  it("is refused, as is its fork, once the attestation that it rests on has ended", async () => {
    const order = sampleOrder({
      source: sampleAttachment,
      faces: [{ kind: "upload", uploadId: "upload_photo" }],
      consent,
    });
    await assertMayBegin(order, "owner", servicesAt("2027-01-01T00:00:00Z"));
    await expect(assertMayBegin(order, "owner", servicesAt("2027-01-02T00:00:00Z"))).rejects.toMatchObject({
      code: "consent-required",
      hint: expect.stringContaining("Connect the table again"),
    });
  });
});
