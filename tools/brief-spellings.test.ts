import { describe, expect, it } from "vitest";
import {
  briefColumns,
  briefFields,
  briefStatuses,
  briefWebhookFields,
  formerBriefFields,
} from "../packages/understudy/src/connectors/brief-spellings.js";
import { read, sources, spelled } from "./source-texts.js";

const table = "packages/understudy/src/connectors/brief-spellings.ts";
const flag = briefStatuses.failed.split(" ")[0]!;

/** Words that somebody else spells the same: a column of our own database, RunPod's error report, any webhook's address. */
const common: ReadonlySet<string> = new Set([
  briefFields.recordId,
  briefFields.webhookUrl,
  briefWebhookFields.errorMessage,
]);

/** Names that nobody writes by chance; a column that is called by an English word is not among them. */
const names = [
  ...Object.values(briefFields),
  ...Object.keys(formerBriefFields),
  ...Object.values(briefColumns),
  ...Object.values(briefWebhookFields),
].filter((name) => name.includes("_") && !common.has(name));

/** A status is a whole string, or as a type says it; the flag, or its escape, is one anywhere. */
const statuses = Object.values(briefStatuses).map((text) => `["'\`]${text}["'\`]`);
const spellings = new RegExp(
  [...statuses, flag, "u\\{1[fF]6[aA]9\\}", ...names.map((name) => `\\b${name}\\b`)].join("|"),
  "gu",
);

describe("the spellings of the Airtable and Make.com flow", () => {
  it("stand in one file and nowhere else in the product", async () => {
    const paths = (await sources()).filter((path) => path !== table);
    expect(paths.length).toBeGreaterThan(300);
    const offenders = await Promise.all(
      paths.map(async (path) => spelled(await read(path), spellings).map((place) => `${path}:${place}`)),
    );
    expect(offenders.flat()).toEqual([]);
  });

  it("are what preflight (US908) knows of them", async () => {
    const { entries } = JSON.parse(await read("packages/preflight/knowledge/status-texts.json")) as {
      readonly entries: unknown;
    };
    expect(entries).toEqual(briefStatuses);
  });

  it("are found as whole strings, and not as English words", () => {
    const source = [
      'const state = "Pending"; // "Complete"',
      'const text = "Pending reviews"; type End = "Complete" | "done";',
      `const told = \`${flag} Failed\`;`,
      'const escaped = "\\u{1F6A9} no";',
      "cells.Source_Video_URL;",
      'const key = "source_video_url";',
    ].join("\n");
    const found = [
      '1 "Pending"',
      '2 "Complete"',
      `3 \`${flag} Failed\``,
      "4 u{1F6A9}",
      "5 Source_Video_URL",
      "6 source_video_url",
    ];
    expect(spelled(source, spellings)).toEqual(found);
  });
});
