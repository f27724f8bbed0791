import { UnderstudyError } from "@understudy/render";
import { describe, expect, it } from "vitest";
import type { AirtableClient, AirtableRecord } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import { createAttachmentSource } from "./attachment-source.js";

const reference = {
  kind: "airtable",
  connectionId: "airtable_1",
  recordId: "rec00000000000001",
  fieldId: "fld00000000000001",
  attachmentId: "att00000000000002",
} as const;
const connection = { id: "airtable_1", baseId: "app1", tableId: "tbl1", tokenVariable: "AIRTABLE_TOKEN" };
const { signal } = new AbortController();

/** Asks for the address when the row is like this. */
async function urlWhen(record: () => Promise<Pick<AirtableRecord, "cells">>) {
  const asked: unknown[][] = [];
  const pausesMs: number[] = [];
  const client = {
    record: async (...ids: unknown[]) => {
      asked.push(ids);
      return record();
    },
  };
  const source = createAttachmentSource({
    connections: {
      get: async (id) => (id === connection.id ? (connection as unknown as AirtableConnection) : undefined),
    },
    clientOf: (_connection, given) => {
      expect(given).toBe(signal);
      return client as unknown as AirtableClient;
    },
    sleep: async (milliseconds) => void pausesMs.push(milliseconds),
  });
  return { url: await source.urlOf(reference, signal), asked, pausesMs, source };
}

const files = [1, 2].map((n) => ({ id: `att0000000000000${n}`, url: `https://files.example/${n}`, filename: "a.jpg" }));

describe("a file in a row", () => {
  it("has the address that the row says when it is asked", async () => {
    const { url, asked } = await urlWhen(async () => ({ cells: { [reference.fieldId]: files } }));
    expect(url).toBe("https://files.example/2");
    expect(asked).toEqual([["app1", "tbl1", reference.recordId]]);
  });

  it.each([
    ["the cell is empty or its column is gone", {}],
    ["the cell holds another file", { [reference.fieldId]: files.slice(0, 1) }],
    ["the column became a text", { [reference.fieldId]: "https://files.example/2" }],
  ])("is gone when %s", async (_when, cells) => {
    await expect(urlWhen(async () => ({ cells }))).rejects.toMatchObject({
      code: "artifact-missing",
      message: "The file was removed from the row.",
    });
  });

  it.each([
    ["missing", "artifact-missing", false],
    ["unauthorized", "airtable-token", false],
    ["forbidden", "airtable-token", false],
    ["refused", "download-failed", true],
    ["unavailable", "download-failed", true],
  ] as const)("cannot be fetched when Airtable's answer is %s: %s", async (kind, code, retryable) => {
    const failing = urlWhen(() => Promise.reject(new AirtableFailure(kind, "SOME_WORD", 400)));
    await expect(failing).rejects.toMatchObject({ code, retryable });
  });

  it("is asked for again while Airtable is away, ever less often", async () => {
    let outages = 4;
    const { url, asked, pausesMs } = await urlWhen(async () => {
      outages -= 1;
      if (outages >= 0) throw new AirtableFailure("unavailable", "NO_ANSWER");
      return { cells: { [reference.fieldId]: files } };
    });
    expect(url).toBe("https://files.example/2");
    expect(asked).toHaveLength(5);
    expect(pausesMs).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it("cannot be fetched without a token, which is told as the matter of the machine that renders", async () => {
    const failing = urlWhen(() =>
      Promise.reject(new UnderstudyError("airtable-token", "The environment variable AIRTABLE_TOKEN is not set.")),
    );
    await expect(failing).rejects.toMatchObject({
      code: "airtable-token",
      message:
        "The machine that renders could not ask Airtable for the file: The environment variable AIRTABLE_TOKEN is not set.",
      hint: "Give every runner a token that holds in AIRTABLE_TOKEN, then set Status to Pending again.",
    });
  });

  it("passes on why it was told to stop", async () => {
    await expect(urlWhen(() => Promise.reject(new Error("cancelled")))).rejects.toThrow("cancelled");
  });

  it("is gone when its table is not connected any more", async () => {
    const { source } = await urlWhen(async () => ({ cells: { [reference.fieldId]: files } }));
    const failing = source.urlOf({ ...reference, connectionId: "airtable_2" }, signal);
    await expect(failing).rejects.toMatchObject({ code: "artifact-missing" });
  });
});
