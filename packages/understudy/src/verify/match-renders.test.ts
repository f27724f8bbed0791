import { watermarkIdOf, type Fingerprint } from "@understudy/render";
import { describe, expect, it } from "vitest";
import { sampleRecord } from "#records/testing/sample-record.js";
import { matchRenders } from "./match-renders.js";

const fingerprint = (...hashes: string[]): Fingerprint => ({
  algorithm: "org.understudy.fingerprint.v1",
  stepSeconds: 1,
  hashes,
});
const film = fingerprint("8123456789abcdef", "8fedcba987654321", "80f0f0f0f0f0f0f0");
const other = fingerprint("d5aa55aa55aa55aa", "aa55aa55aa55aa55", "b3333333cccccccc");
const renderId = "render_0000000000000001";
const output = { path: "/nowhere/out.mp4", sha256: "c".repeat(64), byteLength: 3 };
const record = sampleRecord({ renderId, watermarkId: watermarkIdOf(renderId), outputs: [output], fingerprint: film });
const stranger = sampleRecord({ renderId: "render_0000000000000002", fingerprint: other });
const nothing = { sha256: "f".repeat(64), fingerprints: [] };

describe("a file leads to a render", () => {
  it.each([
    ["its bytes", { sha256: output.sha256 }, ["bytes"]],
    ["its credentials", { renderId }, ["credentials"]],
    ["its watermark", { watermarkId: watermarkIdOf(renderId) }, ["watermark"]],
    [
      "all of them",
      { sha256: output.sha256, renderId, watermarkId: watermarkIdOf(renderId) },
      ["bytes", "credentials", "watermark"],
    ],
  ])("by %s", (_name, traces, by) => {
    const { matches } = matchRenders({ ...nothing, ...traces }, [stranger, record]);
    expect(matches).toEqual([expect.objectContaining({ renderId, by, deliveredSha256: output.sha256 })]);
  });

  it("by nothing at all: then what its film looks like is told, best first", () => {
    const { matches, looksLike } = matchRenders({ ...nothing, fingerprints: [film] }, [stranger, record]);
    expect(matches).toEqual([]);
    expect(looksLike).toEqual([{ renderId, similarity: 1 }]);
  });

  it("and is compared with no film when something better leads to a render", () => {
    const traces = { ...nothing, renderId, fingerprints: [film] };
    expect(matchRenders(traces, [record]).looksLike).toEqual([]);
  });
});
