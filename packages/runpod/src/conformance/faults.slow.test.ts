import { expect, test } from "vitest";
import { ourContender } from "#testing/contenders.js";
import { faultRows, playFaults } from "#testing/faults/index.js";

test("our worker loses no job and no result, whatever goes wrong", async () => {
  const played = await playFaults(faultRows, [ourContender], 6);
  const lost = played.map(({ name, outcomes }) => {
    const [outcome] = outcomes;
    return { name, jobsLost: outcome?.jobsLost, resultsLost: outcome?.resultsLost };
  });
  expect(lost).toEqual(faultRows.map(({ name }) => ({ name, jobsLost: 0, resultsLost: 0 })));
});
