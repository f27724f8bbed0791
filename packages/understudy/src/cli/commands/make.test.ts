import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finishBlueprint } from "#connectors/make/blueprint-finish.js";
import { startBlueprint } from "#connectors/make/blueprint-start.js";
import { createFakeWorld } from "#testing/fake-world.js";

describe("understudy make blueprint", () => {
  it("prints a scenario and writes nothing", async () => {
    const world = await createFakeWorld();
    expect(await world.run("make", "blueprint", "finish")).toBe(0);
    expect(JSON.parse(world.stdout())).toEqual(finishBlueprint({}));
    expect(world.stderr()).toBe("");
  });

  it("puts in what it is told of the service and the table", async () => {
    const world = await createFakeWorld({ env: { UNDERSTUDY_SERVER_PUBLIC_URL: "https://ours.example/" } });
    expect(await world.run("make", "blueprint", "start")).toBe(0);
    expect(JSON.parse(world.stdout())).toEqual(startBlueprint({ serviceUrl: "https://ours.example" }));
    const told = ["--service", "https://other.example/v/", "--webhook", "https://hook.eu1.make.com/abc?d"];
    const table = ["--base", "appAAAAAAAAAAAAAA", "--table", "Ads 🎬"];
    const columns = ["--status-column", "fldS", "--output-column", "fldO", "--error-column", "Fehler"];
    expect(await world.run("make", "blueprint", "start", ...told, ...table, ...columns, "-o", "start.json")).toBe(0);
    expect(JSON.parse(await readFile(join(world.folder, "start.json"), "utf8"))).toEqual(
      startBlueprint({
        serviceUrl: "https://other.example/v",
        finishUrl: "https://hook.eu1.make.com/abc?d",
        baseId: "appAAAAAAAAAAAAAA",
        tableId: "Ads 🎬",
        columns: { status: "fldS", output: "fldO", error: "Fehler" },
      }),
    );
  });

  it("replaces a file with --force only", async () => {
    const world = await createFakeWorld();
    const path = join(world.folder, "a.json");
    await writeFile(path, "mine");
    expect(await world.run("make", "blueprint", "finish", "-o", "a.json")).toBe(2);
    expect(world.stderr()).toContain("exists already");
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(await world.run("make", "blueprint", "finish", "-o", "a.json", "--force")).toBe(0);
    expect(await readFile(path, "utf8")).toMatch(/^\{/);
  });

  it.each([
    ["middle"],
    ["start", "--service", "ftp://x"],
    ["start", "--service", "nowhere"],
    ["start", "--webhook", "https://hook.example/?a={{1.b}}"],
    ["finish", "--base", "tblAAAAAAAAAAAAAA"],
    ["finish", "--table", " "],
    ["finish", "--error-column", ""],
  ])("refuses %s %s %s", async (...words) => {
    const world = await createFakeWorld();
    expect(await world.run("make", "blueprint", ...words)).toBe(2);
    expect(world.stdout()).toBe("");
  });
});
