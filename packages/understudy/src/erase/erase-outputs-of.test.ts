import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eraseOutputsOf } from "./erase-outputs-of.js";
import { createPeople } from "./testing/people.js";

it("removes what was made under one consent, not what was changed since, and keeps the records", async () => {
  const people = await createPeople();
  const [ada, ben] = [await people.consent("ada"), await people.consent("ben")];
  await people.render(ada, 1);
  await people.render(ben, 1);
  const { path } = await people.file("out/ada-1.mp4", "a holiday film");
  const { removed, changed, remaining } = await eraseOutputsOf(ada.id, people.data);
  expect([removed.length, changed.map((each) => each.path), remaining]).toEqual([2, [path], []]);
  expect(await readFile(path, "utf8")).toBe("a holiday film");
  expect(await readdir(join(people.folder, "out"))).toHaveLength(4);
  expect(await people.data.renders.list()).toHaveLength(2);
});
