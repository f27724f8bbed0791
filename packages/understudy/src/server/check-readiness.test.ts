import { expect, it } from "vitest";
import { checkReadiness, type Checked } from "./check-readiness.js";

it("does not wait for what hangs, and asks once for all who come together", async () => {
  let asked = 0;
  const hang = () => {
    asked++;
    return new Promise<never>(() => undefined);
  };
  const checked = { database: { pool: { query: hang } }, artifacts: { byteLength: hang } } as unknown as Checked;
  const check = checkReadiness(checked, 1);
  const away = ["The database does not answer.", "The artifact store does not answer."];
  expect(await Promise.all([check(), check(), check()])).toEqual([away, away, away]);
  expect(asked).toBe(2);
});
