import { expect, it } from "vitest";
import { dbosLogOf } from "./dbos-log.js";

it("passes on warnings and faults of DBOS, and the same words once a minute", () => {
  const lines: string[] = [];
  let clockMs = 0;
  const note = (facts: object, message: string) => void lines.push(`${message} ${JSON.stringify(facts)}`);
  const log = dbosLogOf({ warn: note, error: note }, () => clockMs);
  log.info("launched");
  for (let again = 0; again < 10; again += 1) log.warn("no connection");
  log.error("broken", { stack: "at x" });
  clockMs = 60_000;
  log.warn("no connection");
  expect(lines).toEqual([
    'no connection {"component":"dbos"}',
    'broken {"component":"dbos","stack":"at x"}',
    'no connection {"component":"dbos"}',
  ]);
});
