import { describe, expect, it } from "vitest";
import type { ConnectionConsent } from "#connectors/airtable/connections/connection.js";
import { sampleColumns } from "#connectors/airtable/testing/sample-rows.js";
import { readRow } from "./read-row.js";
import type { RowInputs, SeenRow } from "./row.js";

const video = "https://videos.example/ad.mp4";
const photo = "https://photos.example/jo.jpg";
const attachment = (letter: string, url = "https://dl.example/1") => ({ id: `att${letter.repeat(14)}`, url });

const onRecord: ConnectionConsent = { kind: "on-record" };

function read(cells: object, consent: ConnectionConsent = onRecord, columns = sampleColumns()): SeenRow {
  const byId = Object.entries({ source: video, face: photo, ...cells }).map(([role, cell]) => [`fld-${role}`, cell]);
  return readRow({ id: "rec1", cells: Object.fromEntries(byId) }, { id: "airtable_1", columns, consent });
}

function inputs(cells: object, consent?: ConnectionConsent): RowInputs | undefined {
  const { reading } = read(cells, consent);
  return reading.kind === "whole" ? reading.inputs : undefined;
}

function failure(cells: object, consent?: ConnectionConsent, columns = sampleColumns()) {
  const { reading } = read(cells, consent, columns);
  return reading.kind === "unusable" ? { code: reading.failure.code, message: reading.failure.message } : reading.kind;
}

const sha256 = (cells: object, consent?: ConnectionConsent) => read(cells, consent).reading.sha256;
const url = (text: string) => ({ kind: "url", url: text });
const file = (role: string, letter: string) => {
  const attachmentId = `att${letter.repeat(14)}`;
  return { kind: "airtable", connectionId: "airtable_1", recordId: "rec1", fieldId: `fld-${role}`, attachmentId };
};

describe("the status", () => {
  it.each(["Pending", " pending\n", "PENDING"])("%j is Pending", (status) => {
    expect(read({ status })).toMatchObject({ recordId: "rec1", isPending: true });
  });

  it.each(["Pending!", "Processing", "", undefined, ["Pending"], { name: "Pending" }, 1])("%j is not", (status) => {
    expect(read({ status }).isPending).toBe(false);
  });
});

describe("source and face", () => {
  it.each([
    ["an address", video],
    ["an address with white space around, as of rich text", `  ${video}\n`],
    ["a lookup of one address", [video]],
    ["a lookup of several records, one of which has an address", [null, video, ""]],
  ])("take %s", (_what, cell) => {
    expect(inputs({ source: cell })).toEqual({ source: url(video), faces: [url(photo)], consent: onRecord });
  });

  it("take attachments by their ids: addresses of these do not hold", () => {
    const cells = { source: [attachment("A")], face: [attachment("B"), attachment("C")] };
    expect(inputs(cells)).toMatchObject({
      source: file("source", "A"),
      faces: [file("face", "B"), file("face", "C")],
    });
  });

  it("take several photos in their order, and commas and spaces as parts of an address", () => {
    const face = `${photo}, https://photos.example/a,b.jpg\nhttps://photos.example/jo smith.jpg`;
    const photos = [photo, "https://photos.example/a,b.jpg", "https://photos.example/jo%20smith.jpg"].map(url);
    expect(inputs({ face })?.faces).toEqual(photos);
    expect(inputs({ face: face.split(/,?\s(?=https)/) })?.faces).toEqual(photos);
  });

  it.each([
    [{ source: undefined }, ['"Source_Video_URL"']],
    [{ source: " \n", face: [] }, ['"Source_Video_URL"', '"Avatar_Image_URL"']],
    [{ source: "no address", face: [null] }, ['"Avatar_Image_URL"']],
  ])("%j may be typed still", (cells, missing) => {
    expect(read(cells).reading).toMatchObject({ kind: "incomplete", missing });
  });

  it.each([
    [
      "two videos",
      { source: `${video} ${video}` },
      '"Source_Video_URL" holds 2 files or addresses, and 1 is the most.',
    ],
    [
      "two attached videos",
      { source: [attachment("A"), attachment("B")] },
      '"Source_Video_URL" holds 2 files or addresses, and 1 is the most.',
    ],
    [
      "six photos",
      { face: [..."ABCDEF"].map((letter) => attachment(letter)) },
      '"Avatar_Image_URL" holds 6 files or addresses, and 5 is the most.',
    ],
    [
      "a long text",
      { face: `https://photos.example/${"s3cret".repeat(700)}` },
      '"Avatar_Image_URL" holds more than 4096 characters.',
    ],
    ["a number", { source: 7 }, '"Source_Video_URL" holds neither an address nor a file.'],
    ["a formula's error", { source: { error: "#ERROR!" } }, '"Source_Video_URL" holds neither an address nor a file.'],
    ["linked records", { face: [{ id: "rec1" }] }, '"Avatar_Image_URL" holds neither an address nor a file.'],
    ["text and files", { face: [photo, attachment("A")] }, '"Avatar_Image_URL" holds neither an address nor a file.'],
  ])("%s are refused", (_what, cells, message) => {
    expect(failure(cells)).toEqual({ code: "bad-row", message });
  });

  it.each([
    "s3cret.mp4",
    "ftp://videos.example/s3cret",
    "file:///etc/passwd",
    "https://user:s3cret@host/",
    "http://[::1",
  ])("%s is no address, and nobody is told what it was", (source) => {
    const message = '"Source_Video_URL" holds something that is no web address; one starts with https:// or http://.';
    expect(failure({ source })).toEqual({ code: "bad-row", message });
  });

  it("white space that leads to no address is passed over once, and not from each of its characters", () => {
    const hostile = Array.from({ length: 500 }, () => `a${" ".repeat(4094)}b`);
    expect(failure({ source: hostile })).toMatchObject({ code: "bad-row" });
  });

  it("ten thousand spaces are read at once", () => {
    expect(failure({ source: `a${" ".repeat(100_000)}b` })).toMatchObject({ code: "bad-row" });
  });
});

describe("a column's name in a message", () => {
  const named = (name: string) => {
    const columns = sampleColumns();
    return failure({ source: 7 }, onRecord, { ...columns, source: { ...columns.source, name } });
  };

  it.each([
    ["emoji and right-to-left letters stand as they are", "🎬 סרטון", '"🎬 סרטון"'],
    ["controls of direction and lines do not", "a\u202Eb\nc\u2066", '"a?b?c?"'],
    ["a long one is cut between letters", "🎬".repeat(100), `"${"🎬".repeat(80)}…"`],
  ])("%s", (_what, name, shown) => {
    expect(named(name)).toEqual({ code: "bad-row", message: `${shown} holds neither an address nor a file.` });
  });
});

describe("consent", () => {
  const byColumn: ConnectionConsent = { kind: "column", operator: "Sam" };
  const consentId = "consent_00000000000000ab";
  const attestation = { operator: "Sam", statement: "All agreed.", use: "ads", expiresAt: "2027-06-30T00:00:00.000Z" };

  it("is the record whose id stands in the column", () => {
    expect(inputs({ consent: ` ${consentId} ` }, byColumn)?.consent).toEqual({ kind: "record", consentId });
  });

  it("is the operator's word for a row that is ticked", () => {
    expect(inputs({ consent: true }, byColumn)?.consent).toEqual({ kind: "attested", operator: "Sam" });
  });

  it.each([onRecord, { kind: "standing", attestation } as const])("is the connection's own else: %j", (consent) => {
    expect(inputs({ consent: "nobody reads this" }, consent)?.consent).toEqual(consent);
  });

  it.each([
    ["nothing", {}, byColumn, '"Consent" does not say that the person agreed.'],
    ["another text", { consent: "Jo agreed" }, byColumn, '"Consent" does not hold the id of a consent record.'],
    ["a number", { consent: 1 }, byColumn, '"Consent" does not say that the person agreed.'],
    [
      "a tick of nobody",
      { consent: true },
      { kind: "column" } as const,
      'Nobody was named whose word a tick in "Consent" is.',
    ],
  ])("is not %s", (_what, cells, consent, message) => {
    expect(failure(cells, consent)).toEqual({ code: "consent-required", message });
  });

  it("is not there when its column is gone", () => {
    const { consent: _, ...columns } = sampleColumns();
    expect(failure({}, byColumn, columns)).toMatchObject({ code: "consent-required" });
  });
});

describe("the hash of what a row asks for", () => {
  it("stays when attachments get new addresses, and when other columns change", () => {
    const earlier = sha256({ source: [attachment("A", "https://dl.example/1")], status: "Pending" });
    expect(earlier).toMatch(/^[0-9a-f]{64}$/);
    expect(sha256({ source: [attachment("A", "https://dl.example/2")], status: "Done", consent: "x" })).toBe(earlier);
  });

  it("differs for other inputs, in another order, of another consent; also for what is missing or cannot be used", () => {
    const byColumn: ConnectionConsent = { kind: "column", operator: "Sam" };
    const readings = [
      sha256({}),
      sha256({ source: "https://videos.example/other.mp4" }),
      sha256({ source: [attachment("A")] }),
      sha256({ face: [attachment("A"), attachment("B")] }),
      sha256({ face: [attachment("B"), attachment("A")] }),
      sha256({ consent: "consent_00000000000000ab" }, byColumn),
      sha256({ consent: true }, byColumn),
      sha256({ source: undefined }),
      sha256({ face: undefined }),
      sha256({ source: 7 }),
    ];
    expect(new Set(readings).size).toBe(readings.length);
  });
});
