import { expect, it } from "vitest";
import { createHostLanes } from "./host-lanes.js";

it("lets two in to a host, the others when one leaves, in order, and every other host at once", async () => {
  const lanes = createHostLanes(2);
  const entered: string[] = [];
  const enter = async (host: string, name: string) => {
    const leave = await lanes.enter(host, 60_000);
    entered.push(name);
    return leave!;
  };
  const first = await enter("a", "1");
  const second = await enter("a", "2");
  const third = enter("a", "3");
  const fourth = enter("a", "4");
  await enter("b", "5");
  expect(entered).toEqual(["1", "2", "5"]);
  first();
  (await third)();
  (await fourth)();
  second();
  expect(entered).toEqual(["1", "2", "5", "3", "4"]);
  await enter("a", "6");
});

it("turns away whoever has waited long enough, and does not count it", async () => {
  const lanes = createHostLanes(1);
  const leave = await lanes.enter("a", 0);
  expect(await lanes.enter("a", 1)).toBeUndefined();
  leave!();
  expect(await lanes.enter("a", 0)).toBeDefined();
});
