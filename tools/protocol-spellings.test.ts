import { describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";
import {
  bucketVariables,
  flashBootNotice,
  hostedBaseUrl,
  jobStatuses,
  testInputFile,
  volumePaths,
  workerFlags,
  workerOperations,
} from "../packages/runpod/src/protocol.js";
import { read, sources, spelled } from "./source-texts.js";

const protocol = "packages/runpod/src/protocol.ts";

/** What only the protocol spells. Of variables the whole family, so that one which it lacks is found as well. */
const spellings = [
  "RUNPOD_[A-Z_]+",
  ...[
    ...Object.values(bucketVariables),
    ...Object.values(workerFlags),
    ...Object.values(workerOperations).filter((operation) => operation.includes("-")),
    new URL(hostedBaseUrl).host,
    volumePaths.serverless,
    testInputFile,
    flashBootNotice,
  ].map((text) => text.replaceAll(".", "\\.")),
];

/** States whose names are no English word. */
const statuses = jobStatuses.filter((status) => status.includes("_"));

/** In packages/runpod the compiler holds states against `JobStatus`. */
function spellingsOutside(path: string): RegExp {
  return new RegExp([...spellings, ...(path.startsWith("packages/runpod/") ? [] : statuses)].join("|"), "g");
}

describe("RunPod's spellings", () => {
  it("stand in protocol.ts and nowhere else", async () => {
    const paths = (await sources()).filter((path) => path !== protocol);
    expect(paths.length).toBeGreaterThan(300);
    const offenders = await Promise.all(
      paths.map(async (path) => spelled(await read(path), spellingsOutside(path)).map((place) => `${path}:${place}`)),
    );
    expect(offenders.flat()).toEqual([]);
  });

  it("cost who reads them one file: protocol.ts imports nothing", async () => {
    const { body } = parseAst(await read(protocol), { lang: "ts" });
    expect(body.filter((statement) => "source" in statement && statement.source !== null)).toEqual([]);
  });

  it("are found in strings, templates, patterns and names, and not in comments and imports", () => {
    const source = [
      'import { jobDone } from "./job-done.js"; // RUNPOD_API_KEY',
      'const route: string = "/job-done/1";',
      "const text = `a",
      "  b ${route} --rp_serve_api`;",
      "const pattern = /api\\.runpod\\.ai|RUNPOD_POD_ID/;",
      "process.env.RUNPOD_API_KEY;",
      'const state: Status | "IN_QUEUE" = "COMPLETED";',
      "const family = /^RUNPOD_\\w+/;",
    ].join("\n");
    const found = ["2 job-done", "4 --rp_serve_api", "5 api.runpod.ai", "5 RUNPOD_POD_ID", "6 RUNPOD_API_KEY"];
    expect(spelled(source, spellingsOutside("packages/preflight/src/x.ts"))).toEqual([...found, "7 IN_QUEUE"]);
    expect(spelled(source, spellingsOutside("packages/runpod/src/x.ts"))).toEqual(found);
  });
});
