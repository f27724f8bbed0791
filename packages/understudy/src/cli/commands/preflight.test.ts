import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createFakeWorld } from "#testing/fake-world.js";

describe("understudy preflight", () => {
  it("hands its words on: options, verbs and help are those of preflight itself", async () => {
    const world = await createFakeWorld();
    expect(await world.run("preflight", "--help")).toBe(0);
    expect(world.stdout()).toContain("Usage: preflight [options] [path]");
    const plan = await createFakeWorld();
    expect(await plan.run("preflight", "plan", "-h")).toBe(0);
    expect(plan.stdout()).toContain("Usage: preflight plan");
  });

  it("has the same exit status, told once", async () => {
    const world = await createFakeWorld();
    expect(await world.run("preflight", "--fromat", "json")).toBe(2);
    expect(world.stderr()).toBe(
      "bad-usage\n  Unknown option '--fromat'. (Did you mean --format?)\n  Run `preflight --help` to see the options.\n",
    );
  });

  it("judges a folder", async () => {
    const world = await createFakeWorld();
    await mkdir(join(world.folder, "worker"));
    await writeFile(
      join(world.folder, "worker", "Dockerfile"),
      "FROM python:3.11-slim\nCOPY absent.py .\nCMD python absent.py\n",
    );
    expect(await world.run("preflight", "worker", "--format", "json")).toBe(1);
    expect(JSON.parse(world.stdout())).toMatchObject({ schemaVersion: "preflight/1", verdict: "NO-GO" });
  });
});
