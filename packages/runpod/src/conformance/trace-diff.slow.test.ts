import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ourContender, sdkContender } from "#testing/contenders.js";
import { availableSdks, newestSdk } from "#testing/python-sdk.js";
import { differencesBetween, type Difference } from "#testing/trace/differences.js";
import { factsOf } from "#testing/trace/facts.js";
import { recordTraces } from "#testing/trace/record-trace.js";

const sdks = await availableSdks([newestSdk]);

test.skipIf(sdks.length === 0)(
  "our worker differs from the SDK's on the wire exactly where the list says so",
  async () => {
    const [sdk] = sdks.map(sdkContender);
    if (sdk === undefined) throw new Error("There is no SDK.");
    const theirs = factsOf(await recordTraces(sdk));
    const ours = factsOf(await recordTraces(ourContender));
    const listed = JSON.parse(
      await readFile(new URL("../../src/conformance/trace-differences.json", import.meta.url), "utf8"),
    ) as readonly (Difference & { readonly reason: string })[];
    expect(differencesBetween(theirs, ours)).toEqual(listed.map(({ reason: _reason, ...difference }) => difference));
    expect(listed.filter(({ reason }) => reason.length < 20)).toEqual([]);
  },
);
