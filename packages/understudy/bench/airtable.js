// A table in Airtable (a stand-in with its limits) and the service that works on it. Build first.
// Usage: node packages/understudy/bench/airtable.js [--rows 1000] [--pictures 200] [--singles 30] [--every 2] [--quiet 60]: so many rows
// set to Pending at once, seconds until all say Processing, and Complete, beside what four requests a second allow; before that, ends
// one by one, and what a connection costs that nothing happens to. Renders are marked as made, and not rendered.
//   ... --kill [--rows 50] [--servers 2] [--every 5] [--seed 1] [--limit 1800]: real renders, while servers and their database are killed;
// rows lost, rendered twice or told wrongly should be none.
//   ... --sql [--rows 10000,100000] [--due 50]: how long statements take in tables of that size,
// in milliseconds. All with [--json].
import { parseArgs } from "node:util";
import { playAirtableKill } from "../dist/testing/service-lab/airtable-kill.js";
import { playAirtableLoad } from "../dist/testing/service-lab/airtable-load.js";
import { measureAirtableSql } from "../dist/testing/service-lab/airtable-sql.js";

const { values } = parseArgs({
  options: {
    kill: { type: "boolean", default: false },
    sql: { type: "boolean", default: false },
    rows: { type: "string" },
    pictures: { type: "string", default: "200" },
    singles: { type: "string", default: "30" },
    every: { type: "string" },
    quiet: { type: "string", default: "60" },
    servers: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    limit: { type: "string", default: "1800" },
    due: { type: "string", default: "50" },
    json: { type: "boolean", default: false },
  },
});
const onProgress = (line) => process.stderr.write(`${line}\n`);
const isClean = await (values.kill ? kill() : values.sql ? sql() : load());
process.exit(isClean ? 0 : 1);

async function load() {
  const result = await playAirtableLoad({
    rowCount: Number(values.rows ?? 1000),
    pictureCount: Math.min(Number(values.pictures), Number(values.rows ?? 1000)),
    singleCount: Number(values.singles),
    singleSeconds: Number(values.every ?? 2),
    quietSeconds: Number(values.quiet),
    onProgress,
  });
  if (values.json) console.log(JSON.stringify(result));
  else {
    const { toProcessing, toComplete, toPictures, residentMb, oneByOne, quiet } = result;
    console.table(Object.fromEntries(Object.entries({ toProcessing, toComplete, toPictures }).map(rowOf)));
    console.table({ oneByOne: rounded(oneByOne) });
    console.table({ alone: rounded(quiet.alone), connected: rounded(quiet.connected) });
    console.log(`resident memory: ${residentMb.join(", ")} MB (before, all in work, all complete)`);
  }
  return true;
}

function rowOf([name, { requests, ...part }]) {
  return [name, { ...rounded(part), ...requests }];
}

/** To three places. */
function rounded(figures) {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, Math.round(1000 * figure) / 1000]));
}

async function sql() {
  for (const rowCount of (values.rows ?? "10000,100000").split(",").map(Number)) {
    const result = await measureAirtableSql(rowCount, Number(values.due));
    if (values.json) console.log(JSON.stringify(result));
    else {
      const { statements, stateUpdate, ...size } = result;
      console.table([rounded({ ...size, ...statements, ...stateUpdate })]);
    }
  }
  return true;
}

async function kill() {
  const result = await playAirtableKill({
    rowCount: Number(values.rows ?? 50),
    serverCount: Number(values.servers),
    killEverySeconds: Number(values.every ?? 5),
    seed: Number(values.seed),
    limitSeconds: Number(values.limit),
    onProgress,
  });
  const { lost, twice, mistold, repeated, requests, ...figures } = result;
  const flaws = { lost, twice, mistold, repeated };
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.table(figures);
    console.table({ requests });
    console.table(Object.fromEntries(Object.entries(flaws).map(([what, list]) => [what, list.length])));
    for (const [what, list] of Object.entries(flaws)) for (const each of list) console.log(`${what}: ${each}`);
  }
  return Object.values(flaws).every((list) => list.length === 0);
}
