import type { RenderRecord, ShownPerson } from "#records/render-records.js";

/** A render that a dead process left in state `started`; `parts` replaces what a test is about. */
export function sampleRecord(parts: Partial<RenderRecord> = {}): RenderRecord {
  return {
    version: 1,
    renderId: "render_0000000000000001",
    people: [samplePerson()],
    watermarkId: "00abcd",
    label: { kind: "on" },
    state: "started",
    startedAt: "2026-01-01T00:00:00.000Z",
    process: deadProcess,
    workFolder: "/nowhere/.understudy-abcdef",
    outputFolder: "/nowhere",
    outputPaths: ["/nowhere/out.mp4", "/nowhere/out.manifest.json"],
    source: { path: "/nowhere/source.mp4" },
    outputs: [],
    ...parts,
  };
}

/** Somebody with one photo; `parts` replaces what a test is about. */
export function samplePerson(parts: Partial<ShownPerson> = {}): ShownPerson {
  return {
    consentId: "consent_0000000000000001",
    subjectId: "subject_0000000000000001",
    faces: [{ path: "/nowhere/photo.jpg", sha256: "b".repeat(64) }],
    ...parts,
  };
}

/** Our own number with another start: a process of an earlier boot. */
export const deadProcess = { pid: process.pid, startedAt: "earlier boot:1" };
