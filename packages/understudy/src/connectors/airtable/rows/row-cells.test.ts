import { describe, expect, it } from "vitest";
import type { MappedColumns } from "#connectors/airtable/connections/connection.js";
import { sampleColumns } from "#connectors/airtable/testing/sample-rows.js";
import type { RenderFailure, ServiceRender } from "#renders/service-render.js";
import { sampleOrder } from "#renders/testing/sample-render.js";
import type { DueRow } from "./row-book.js";
import { cellsOf } from "./row-cells.js";
import type { KnownRow, WrittenPhase } from "./row.js";

const at = (seconds: number) => new Date(Date.UTC(2027, 0, 1) + 1000 * seconds);
const file = (fileName: string, mediaType: string) => {
  return { key: fileName, fileName, mediaType, byteLength: 1, sha256: "a", path: `/r/SECRET/${fileName}` };
};
const queued: ServiceRender = {
  id: "render_1",
  ownerId: "owner_1",
  keyId: "key_1",
  state: "queued",
  order: sampleOrder(),
  priority: 0,
  run: 1,
  attempt: 0,
  eventSequence: 1,
  createdAt: at(0),
  queuedAt: at(0),
};
const cost = { engineSeconds: 20, usdPerEngineSecond: 0.001, usd: 0.02 };
const ended = { ...queued, startedAt: at(1), endedAt: at(43.26), cost };
const files = [file("video.mp4", "video/mp4"), file("video.jpg", "image/jpeg")];
const finished: ServiceRender = { ...ended, state: "finished", files };
const failure: RenderFailure = {
  code: "no-face-in-photo",
  message: "There is no face\nin face-1.",
  hint: "Give another photo.",
  retryable: false,
};
const failed: ServiceRender = { ...ended, state: "failed", error: failure };
const removed: ServiceRender = { ...finished, outputsRemovedAt: at(90) };

const known: KnownRow = { recordId: "rec1", asked: 2, inputsSha256: "A", seenSha256: "A", renderId: "render_1" };

function tell(render: ServiceRender | undefined, parts: Partial<KnownRow> = {}, columns = sampleColumns()) {
  const due: DueRow = { known: { ...known, ...parts }, change: 1, ...(render && { render }) };
  return cellsOf(due, columns, "https://understudy.test");
}

const error = (render: ServiceRender | undefined, parts: Partial<KnownRow> = {}, columns?: MappedColumns) =>
  tell(render, parts, columns).cells?.["fld-error"];

const nothing = {
  "fld-output": null,
  "fld-error": null,
  "fld-thumbnail": [],
  "fld-seconds": null,
  "fld-cost": null,
};
const asked = (phase: WrittenPhase["phase"], run?: number): WrittenPhase => {
  return { phase, asked: 2, ...(run !== undefined && { run }) };
};

describe("a row is told", () => {
  it.each([queued, { ...queued, state: "running", startedAt: at(1) } as const])(
    "that its render is in work, and what was of an earlier one goes: %#",
    (render) => {
      expect(tell(render)).toEqual({
        written: asked("processing", 1),
        cells: { ...nothing, "fld-status": "Processing" },
      });
    },
  );

  it("where its video is, how long it took, and what it cost", () => {
    expect(tell(finished)).toEqual({
      written: asked("complete", 1),
      cells: {
        "fld-status": "Complete",
        "fld-output": "https://understudy.test/r/SECRET/video.mp4",
        "fld-error": null,
        "fld-thumbnail": [],
        "fld-seconds": 42.3,
        "fld-cost": 0.02,
      },
    });
  });

  it("why its render failed, in one line", () => {
    expect(tell(failed)).toEqual({
      written: asked("failed", 1),
      cells: {
        ...nothing,
        "fld-status": "🚩 Failed",
        "fld-error": "no-face-in-photo: There is no face in face-1. Give another photo.",
        "fld-seconds": 42.3,
        "fld-cost": 0.02,
      },
    });
  });

  it.each([
    ["face-1: What it sent is video/mp4.", '"Avatar_Image_URL": What it sent is video/mp4.'],
    ["source: There is no such host.", '"Source_Video_URL": There is no such host.'],
  ])("an input by the name of its column: %s", (message, said) => {
    const columns = sampleColumns();
    const render: ServiceRender = { ...failed, error: { ...failure, message } };
    const text = String(error(render, {}, columns));
    expect(text).toBe(`no-face-in-photo: ${said} Give another photo.`);
  });

  it("why it was refused", () => {
    const { renderId: _, ...refused } = { ...known, refusal: failure };
    expect(cellsOf({ known: refused, change: 1 }, sampleColumns(), "")).toEqual({
      written: asked("failed"),
      cells: { ...nothing, "fld-status": "🚩 Failed", "fld-error": expect.stringMatching(/^no-face-in-photo: /) },
    });
  });

  it("that its render was stopped", () => {
    expect(tell({ ...queued, state: "cancelled", endedAt: at(2) }).cells).toEqual({
      ...nothing,
      "fld-status": "🚩 Failed",
      "fld-error": "cancelled: The render was stopped. Set Status to Pending to start it again.",
    });
  });

  it.each([removed, undefined])("that its video was removed, and stays Complete: %#", (render) => {
    expect(tell(render, { written: asked("complete", 1) })).toEqual({
      written: expect.objectContaining({ phase: "removed", asked: 2 }),
      cells: { "fld-output": null, "fld-thumbnail": [], "fld-error": "removed: The video was removed." },
    });
  });

  it.each([removed, undefined])("that its video was removed before it was told of it: %#", (render) => {
    expect(tell(render, { written: asked("processing", 1) }).cells).toMatchObject({ "fld-status": "🚩 Failed" });
  });
});

describe("a row that says so already is told nothing", () => {
  it.each([
    [queued, asked("processing", 1)],
    [{ ...queued, state: "running" } as const, asked("processing", 1)],
    [finished, asked("complete", 1)],
    [failed, asked("failed", 1)],
    [removed, asked("removed", 1)],
    [undefined, asked("removed", 1)],
  ])("%#", (render, written) => {
    expect(tell(render, { written }).cells).toBeUndefined();
  });

  it("but a word of an earlier asking, or of an earlier run, is not the same", () => {
    expect(tell(finished, { written: { ...asked("complete", 1), asked: 1 } }).cells).toBeDefined();
    expect(tell({ ...failed, run: 2 }, { written: asked("failed", 1) }).cells).toBeDefined();
    expect(tell({ ...queued, run: 2 }, { written: asked("failed", 1) }).cells).toBeDefined();
  });
});

describe("the error's column", () => {
  it("says that the row was changed meanwhile", () => {
    const notice = "The row was changed after the render began; set Status to Pending to render it as it is now.";
    expect(error(finished, { seenSha256: "B" })).toBe(notice);
  });

  it("says nothing of a fault that nobody foresaw, which may quote anything", () => {
    const fault = { ...failure, code: "internal-error", message: "ENOENT /home/s3cret", hint: "Report it." } as const;
    expect(error({ ...failed, error: fault })).toBe(
      "internal-error: Something unexpected happened; the log tells more. Report it.",
    );
  });

  it("has 1,000 characters at most, and no half of one", () => {
    const text = error({ ...failed, error: { ...failure, message: "🎬".repeat(2000) } }) as string;
    expect([...text]).toHaveLength(1000);
    expect(text).toMatch(/🎬…$/u);
  });

  it.each([
    ["consent-required", "checkbox", 'Tick "Consent" if the person agreed'],
    ["consent-required", "formula", 'Write the id of the person\'s consent record into "Consent"'],
    ["unknown-consent", "singleLineText", 'Write the id of the person\'s consent record into "Consent"'],
    ["attestation-not-allowed", "checkbox", "Have the person's own consent recorded"],
  ] as const)("says of %s with a column of type %s what to do in the table", (code, type, step) => {
    const missing = { ...failure, code, message: "m.", hint: "Run a command." };
    expect(error({ ...failed, error: missing }, {}, sampleColumns({ consent: type }))).toBe(
      `${code}: m. ${step}, then set Status to Pending again.`,
    );
    const { consent: _, ...columns } = sampleColumns();
    expect(error({ ...failed, error: missing }, {}, columns)).toMatch(/Have the person's consent recorded/);
  });
});

describe("columns", () => {
  it("that are not there are told nothing", () => {
    const { source, face, status, output } = sampleColumns();
    const cells = { "fld-status": "Complete", "fld-output": "https://understudy.test/r/SECRET/video.mp4" };
    expect(tell(finished, {}, { source, face, status, output }).cells).toEqual(cells);
  });

  it("of text are told figures as text", () => {
    const columns = sampleColumns({ seconds: "singleLineText", cost: "multilineText" });
    expect(tell(finished, {}, columns).cells).toMatchObject({ "fld-seconds": "42.3", "fld-cost": "0.02" });
  });

  it("keep a picture of this very render", () => {
    expect(tell(finished, { picturedRenderId: "render_1" }).cells).not.toHaveProperty("fld-thumbnail");
    expect(tell(finished, { picturedRenderId: "render_0" }).cells).toHaveProperty("fld-thumbnail", []);
  });
});
