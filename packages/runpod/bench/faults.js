// What a worker loses when things go wrong between it and its platform: ours beside RunPod's Python SDK, each fault played
// on a platform of its own, with the same handler. The SDK comes from PyPI, pinned, into .cache/runpod-sdk the first time.
// Usage: node packages/runpod/bench/faults.js [--json] [--sdk VERSION]... [--only TEXT]; build first. Takes three minutes.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { ourContender, sdkContender } from "#testing/contenders.js";
import { faultRows, faultTable, playFaults } from "#testing/faults/index.js";
import { availableSdks, newestSdk } from "#testing/python-sdk.js";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    sdk: { type: "string", multiple: true, default: [newestSdk] },
    only: { type: "string", default: "" },
  },
});

const sdks = await availableSdks(values.sdk);
const contenders = [ourContender, ...sdks.map(sdkContender)];
const rows = faultRows.filter(({ name }) => name.includes(values.only));
const played = await playFaults(rows, contenders, 4);

const date = new Date().toISOString().slice(0, 10);
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const pythons = sdks.map(({ python }) => execFileSync(python, ["--version"], { encoding: "utf8" }).trim());
const versions = [`@understudy/runpod ${version}`, ...sdks.map((sdk) => `runpod ${sdk.version}`)];
const platform = [`Node ${process.versions.node}`, ...new Set(pythons), `${process.platform} ${process.arch}`];
if (values.json) {
  const names = contenders.map(({ name }) => name);
  console.log(JSON.stringify({ date, versions, platform, cores: cpus().length, contenders: names, faults: played }));
} else {
  console.log(`${date}; ${versions.join(", ")}; ${platform.join(", ")}, ${cpus().length} cores\n`);
  console.log(faultTable(played, contenders));
}
