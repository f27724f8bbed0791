import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readBriefOrder } from "#connectors/brief-input.js";
import { briefWebhookBody } from "#connectors/brief-spellings.js";
import { finishBlueprint } from "./blueprint-finish.js";
import { startBlueprint } from "./blueprint-start.js";
import { moduleReferences } from "./testing/module-references.js";

const page = readFileSync(new URL("../../../../../docs/make.md", import.meta.url), "utf8");
const [start, finish] = [startBlueprint({}), finishBlueprint({})];

/** What a fenced block of the page holds. */
const block = (begin: RegExp) => page.split("```").find((text) => begin.test(text))!;

describe("docs/make.md", () => {
  it("shows a request that the service reads", () => {
    const text = block(/^\nPOST \/v2\/renders\/run\n/);
    const { input } = JSON.parse(text.slice(text.indexOf("{"))) as { readonly input: Readonly<Record<string, string>> };
    expect(readBriefOrder(input)).toEqual({
      recordId: input["record_id"],
      sourceVideoUrl: input["source_video_url"],
      avatarImageUrl: input["avatar_image_url"],
      webhookUrl: input["webhook_url"],
      formerNames: [],
    });
  });

  it("shows the webhook byte for byte", () => {
    const lines = block(/^json\n\{"status":/).split("\n");
    expect(lines.slice(1, 3)).toEqual([
      JSON.stringify(briefWebhookBody("recXXXXXXXXXXXXXX", { outputUrl: "https://.../r/.../recXXXXXXXXXXXXXX.mp4" })),
      JSON.stringify(
        briefWebhookBody("recXXXXXXXXXXXXXX", { errorMessage: "no-face-in-photo: There is no face in the photo." }),
      ),
    ]);
  });

  it("says of each column what the blueprints write into it", () => {
    const rows = page.split("\n").flatMap((line) => {
      const [, column, value] = /^\| [^|]*\| `([A-Z]\w+)` \| `([^`]+)` \|$/.exec(line) ?? [];
      return column === undefined ? [] : [[column, value]];
    });
    const written = [...start.flow, ...finish.flow].flatMap(({ mapper }) =>
      Object.entries((mapper["record"] as object | undefined) ?? {}),
    );
    expect(rows).toEqual(written);
  });

  it("has Airtable's script send what the start scenario reads", () => {
    const [, sent = ""] = /JSON\.stringify\(\{ ([^}]+) \}\)/.exec(block(/^js\n/)) ?? [];
    const read = moduleReferences(start.flow).filter(({ id }) => id === 1);
    expect(sent.split(", ").sort()).toEqual([...new Set(read.map(({ field }) => field))].sort());
  });

  it("counts the modules that an import shows", () => {
    expect(page).toContain("Three modules appear");
    expect(page).toContain("four modules appear");
    expect([finish.flow.length, start.flow.length]).toEqual([3, 4]);
  });
});
