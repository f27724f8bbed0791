import { beforeAll, describe, expect, it } from "vitest";
import { openRow, typedFaces, type Faults, type OneRow } from "#connectors/airtable/testing/one-row.js";
import { briefStatuses } from "#connectors/brief-spellings.js";

type Draw = (below: number) => number;

/** The same numbers for the same seed. */
function drawFrom(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ends = ["finished", "failed", "cancelled"] as const;
const claimFaults: readonly Faults[] = [{}, {}, { claim: "before" }, { claim: "after" }];
const writeFaults: readonly Faults[] = [
  {},
  {},
  {},
  { write: "request", claim: "before" },
  { write: "answer", claim: "after" },
];

const acts: readonly ((row: OneRow, draw: Draw) => void | Promise<void>)[] = [
  (row) => row.setPending(),
  (row, draw) => row.type(typedFaces[draw(typedFaces.length)]!),
  (row, draw) => row.look(claimFaults[draw(4)]),
  (row, draw) => row.look(claimFaults[draw(4)]),
  (row, draw) => row.work(draw(8), ends[draw(3)]!),
  (row, draw) => row.work(draw(8), "finished"),
  (row, draw) => row.write(writeFaults[draw(5)], draw(3) === 0 ? () => row.setPending() : undefined),
  (row, draw) => row.write(writeFaults[draw(5)]),
  (row, draw) => changeAtTheEnd(row, draw),
  (row, draw) => row.pass(draw(8)),
];

/** Nobody told us of what the user did right before. */
async function changeAtTheEnd(row: OneRow, draw: Draw): Promise<void> {
  for (let round = 0; round < 3; round++) row.work(0, "finished");
  row.type(typedFaces[draw(2)]!);
  if (draw(2) === 0) row.setPending();
  await row.write(writeFaults[draw(5)]);
}

/** Nobody touches the row any more, and nothing fails. */
async function settle(row: OneRow): Promise<void> {
  for (let round = 0; round < 6; round++) {
    await row.look();
    row.work(0, "finished");
    await row.write();
    row.pass(11);
  }
}

async function live(seed: number): Promise<OneRow> {
  const draw = drawFrom(seed);
  const row = openRow();
  for (let step = 0; step < 60; step++) await acts[draw(acts.length)]!(row, draw);
  await settle(row);
  return row;
}

const seeds = Array.from({ length: 80 }, (_, seed) => seed + 1);

describe("whatever a user does to a row, and whatever is lost on the way", () => {
  let rows: readonly OneRow[] = [];
  beforeAll(async () => void (rows = await Promise.all(seeds.map(live))));

  it("no asking has two renders", () => {
    for (const [index, { made }] of rows.entries()) {
      const askings = made.map(({ asking }) => asking);
      expect(askings, `seed ${seeds[index]}`).toEqual([...new Set(askings)]);
    }
    // There were such that were asked for again and again.
    expect(Math.max(...rows.map(({ made }) => made.length))).toBeGreaterThan(4);
  });

  it("the row ends with what came of its newest asking, and tells each end once", () => {
    const ways = new Set<unknown>();
    for (const [index, { cells, known, made, writtenEnds }] of rows.entries()) {
      const render = made.find(({ render: { id } }) => id === known?.renderId)?.render;
      const status = render?.state === "finished" ? briefStatuses.complete : briefStatuses.failed;
      const told = { status: cells["fld-status"], asked: known?.written?.asked };
      expect(told, `seed ${seeds[index]}`).toEqual({ status, asked: known?.asked });
      expect(writtenEnds, `seed ${seeds[index]}`).toEqual([...new Set(writtenEnds)]);
      ways.add(known?.refusal?.code ?? render?.state);
    }
    expect([...ways].toSorted()).toEqual(["bad-row", "cancelled", "failed", "finished"]);
  });

  it("no end hides a change, nor takes the place of a Pending with other inputs", () => {
    expect(rows.flatMap(({ losses }) => losses)).toEqual([]);
  });

  it("one that has come to rest and is set to Pending is asked for exactly once more", async () => {
    for (const seed of seeds) {
      const row = await live(seed);
      const before = { asked: row.asked, made: row.made.length };
      row.type(typedFaces[0]);
      row.setPending();
      await settle(row);
      const after = { asked: row.asked, made: row.made.length, status: row.cells["fld-status"] };
      const expected = { asked: before.asked + 1, made: before.made + 1, status: briefStatuses.complete };
      expect(after, `seed ${seed}`).toEqual(expected);
    }
  });
});
