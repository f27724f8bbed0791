import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PreflightError } from "#model/errors.js";
import type { Finding } from "#model/finding.js";
import { createFakeEngine } from "./testing/fake-engine.js";
import { createFakeWorld } from "./testing/fake-world.js";
import { madeUpFinding, madeUpResult } from "./testing/made-up-result.js";

const dockerfile = "FROM python:3.11\nWORKDIR /app\nCOPY handler.py .\n";
const fixable: Finding = madeUpFinding({
  fix: {
    title: "Copy runpod-handler.py",
    edits: [
      { kind: "lines", path: "Dockerfile", startLine: 3, endLine: 3, lines: ["COPY runpod-handler.py handler.py"] },
    ],
  },
});
const broken = madeUpResult({ findings: [fixable], files: { Dockerfile: dockerfile } });
const warned = madeUpResult({ findings: [madeUpFinding({ level: "warning" })] });
const unsure = madeUpResult({
  unjudged: [{ ruleId: "US801", phase: "deploy", reason: "Not asked.", remedy: "Ask.", isRequired: true }],
});

describe("preflight [PATH]", () => {
  it.each([
    ["GO", [madeUpResult()], [], 0],
    ["GO-WITH-WARNINGS", [warned], [], 0],
    ["GO-WITH-WARNINGS and --fail-on warning", [warned], ["--fail-on", "warning"], 1],
    ["NO-GO", [broken], [], 1],
    ["UNKNOWN", [unsure], [], 3],
  ])("exits by the verdict: %s", async (_what, results, argv, status) => {
    const world = await createFakeWorld(createFakeEngine(results));
    expect(await world.run(...argv)).toBe(status);
  });

  it("asks for this folder, another one, or the folder of a Dockerfile that is named", async () => {
    const engine = createFakeEngine();
    const world = await createFakeWorld(engine, { files: { "docker/Dockerfile.prod": dockerfile } });
    await world.run();
    await world.run("docker", "--context", ".", "--profile", "deploy", "--since", "main");
    await world.run("docker/Dockerfile.prod");
    expect(engine.asked).toMatchObject([
      { root: world.folder },
      { root: join(world.folder, "docker"), context: "", profile: "deploy", since: "main" },
      { root: world.folder, dockerfile: "docker/Dockerfile.prod" },
    ]);
  });

  it("takes a verb for a verb and ./verb for a folder", async () => {
    const engine = createFakeEngine();
    const world = await createFakeWorld(engine, { files: { "plan/Dockerfile": dockerfile } });
    await world.run("plan");
    await world.run("./plan");
    expect(engine.asked.map(({ root }) => root)).toEqual([world.folder, join(world.folder, "plan")]);
  });

  it("writes a report to a file and the verdict to the terminal", async () => {
    const world = await createFakeWorld(createFakeEngine([broken]));
    await world.run("--format", "json", "-o", "out.json");
    expect(JSON.parse(await readFile(join(world.folder, "out.json"), "utf8"))).toMatchObject({ verdict: "NO-GO" });
    expect(world.stdout()).toBe("");
    expect(world.stderr()).toBe("NO-GO  1 error, 0 warnings\n");
  });

  it("puts the project's place in the repository before paths that GitHub reads", async () => {
    const world = await createFakeWorld(createFakeEngine([broken]), { files: { "a/b/Dockerfile": dockerfile } });
    await world.run("a/b", "--format", "github");
    expect(world.stdout()).toContain("file=a/b/Dockerfile,line=3,");
  });

  it("colours a terminal only, and never with --no-color or NO_COLOR", async () => {
    const coloredBy = async (isTerminal: boolean, env: Record<string, string>, ...argv: string[]) => {
      const world = await createFakeWorld(createFakeEngine([broken]), { isTerminal, env });
      await world.run(...argv);
      return world.stdout().includes("\u001B[");
    };
    expect(await coloredBy(true, {})).toBe(true);
    expect(await coloredBy(false, {})).toBe(false);
    expect(await coloredBy(true, { NO_COLOR: "1" })).toBe(false);
    expect(await coloredBy(true, {}, "--no-color")).toBe(false);
  });
});

describe("preflight --fix", () => {
  const files = { Dockerfile: dockerfile };
  const textIn = (folder: string) => readFile(join(folder, "Dockerfile"), "utf8");

  it("only shows the diff where nobody can be asked", async () => {
    const world = await createFakeWorld(createFakeEngine([broken]), { files });
    expect(await world.run("--fix")).toBe(1);
    expect(world.stdout()).toContain("-COPY handler.py .\n+COPY runpod-handler.py handler.py\n");
    expect(world.stderr()).toContain("Nothing was written.");
    expect(await textIn(world.folder)).toBe(dockerfile);
  });

  it("writes after a yes, judges again and says what is left", async () => {
    const engine = createFakeEngine([broken, warned]);
    const world = await createFakeWorld(engine, { files, isTerminal: true, answers: ["y"], env: { NO_COLOR: "1" } });
    expect(await world.run("--fix")).toBe(0);
    expect(world.stderr()).toContain("Change 1 file? [y/N] 1 fix written to 1 file.");
    expect(world.stdout()).toContain("GO-WITH-WARNINGS");
    expect(await textIn(world.folder)).toContain("COPY runpod-handler.py handler.py");
    expect(engine.asked).toHaveLength(2);
  });

  it("writes nothing after any other answer", async () => {
    const world = await createFakeWorld(createFakeEngine([broken]), { files, isTerminal: true, answers: [""] });
    await world.run("--fix");
    expect(await textIn(world.folder)).toBe(dockerfile);
  });

  it("refuses to overwrite a file that changed since it was read", async () => {
    const world = await createFakeWorld(createFakeEngine([broken]), { files: { Dockerfile: "FROM scratch\n" } });
    expect(await world.run("--fix", "--yes")).toBe(3);
    expect(world.stderr()).toContain("fix-conflict\n  Dockerfile changed since it was read.");
  });

  it.each([[["--yes"]], [["--fix", "--format", "json"]], [["--fix", "--write-baseline", "b.json"]]])(
    "refuses what makes no sense: %j",
    async (argv) => {
      const engine = createFakeEngine();
      const world = await createFakeWorld(engine);
      expect(await world.run(...argv)).toBe(2);
      expect(engine.asked).toEqual([]);
    },
  );
});

describe("a baseline", () => {
  it("is written from what is found and read back as fingerprints", async () => {
    const engine = createFakeEngine([broken]);
    const world = await createFakeWorld(engine);
    expect(await world.run("--write-baseline", "known.json")).toBe(0);
    await world.run("--baseline", "known.json");
    expect(engine.asked[1]?.baseline).toEqual(new Set([fixable.fingerprint]));
  });

  it("must be there and be one", async () => {
    const world = await createFakeWorld(createFakeEngine(), { files: { "b.json": "{}" } });
    expect(await world.run("--baseline", "none.json")).toBe(2);
    expect(await world.run("--baseline", "b.json")).toBe(2);
    expect(world.stderr()).toContain("bad-baseline\n  none.json cannot be read.");
  });
});

describe("the other commands", () => {
  it("plans: numbered, with hours, and as JSON", async () => {
    const world = await createFakeWorld(createFakeEngine([broken]));
    expect(await world.run("plan")).toBe(1);
    expect(world.stdout()).toContain("   1  Copy runpod-handler.py instead.");
    expect(world.stdout()).toContain("Build the image from a clean checkout.");
    const other = await createFakeWorld(createFakeEngine([broken]));
    await other.run("plan", "--format", "json");
    const plan = JSON.parse(other.stdout()) as { readonly verdict: string; readonly actions: readonly object[] };
    expect(plan.verdict).toBe("NO-GO");
    expect(plan.actions[0]).toMatchObject({ priority: "MUST", ruleId: "US101" });
  });

  it("explains a rule by id or name, whatever its case", async () => {
    for (const wanted of ["us101", "copy-source-missing"]) {
      const world = await createFakeWorld(createFakeEngine());
      expect(await world.run("explain", wanted)).toBe(0);
      expect(world.stdout()).toContain("Why it matters.");
      expect(world.stdout()).toContain("# preflight ignore=US101 reason=");
    }
  });

  it("suggests the nearest rule", async () => {
    const world = await createFakeWorld(createFakeEngine());
    expect(await world.run("explain", "copy-source-mising")).toBe(2);
    expect(world.stderr()).toContain("Did you mean copy-source-missing?");
  });

  it("lists rules", async () => {
    const world = await createFakeWorld(createFakeEngine());
    await world.run("rules");
    expect(world.stdout().split("\n")).toHaveLength(3);
  });

  it("writes one line a commit, cut to the terminal", async () => {
    const history = [
      { hash: "3c053f9", verdict: "NO-GO", errorCount: 2, firstError: madeUpFinding() },
      { hash: "12519f1", verdict: "GO", errorCount: 0, firstError: undefined },
    ] as const;
    const world = await createFakeWorld(createFakeEngine([], history));
    expect(await world.run("history", "--last", "5")).toBe(0);
    const lines = world.stdout().trimEnd().split("\n");
    expect(lines[0]).toMatch(/^3c053f9 {2}NO-GO {13}2 errors {3}US101 Dockerfile:3 /);
    expect(lines[1]).toBe("12519f1  GO");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});

describe("failures of the command", () => {
  it.each([
    [["--fromat", "json"], "Unknown option '--fromat'. (Did you mean --format?)"],
    [["--format", "xml"], "Allowed choices are human, json"],
    [["one", "two"], "Too many arguments"],
    [["history", "--last", "0"], "whole number from 1 to 1000"],
  ])("tells wrong usage in a sentence and exits 2: %j", async (argv, message) => {
    const world = await createFakeWorld(createFakeEngine());
    expect(await world.run(...argv)).toBe(2);
    expect(world.stderr()).toContain(message);
    expect(world.stdout()).toBe("");
  });

  it("tells code, reason and hint, in words or as JSON", async () => {
    const engine = createFakeEngine([new PreflightError("no-image", "There is no Dockerfile here.")]);
    const world = await createFakeWorld(engine);
    expect(await world.run()).toBe(3);
    expect(world.stderr()).toMatch(/^no-image\n {2}There is no Dockerfile here\.\n {2}Give the Dockerfile/);
    await world.run("--format", "json");
    expect(JSON.parse(world.stdout())).toMatchObject({ error: { code: "no-image" } });
  });

  it("shows a stack only for a fault of its own", async () => {
    const world = await createFakeWorld(createFakeEngine([new TypeError("x is undefined")]));
    expect(await world.run()).toBe(3);
    expect(world.stderr()).toMatch(/^internal-error\n[\s\S]*TypeError: x is undefined\n {4}at /);
  });

  it("hands a stop on to its caller", async () => {
    const reason = new Error("stopped");
    const world = await createFakeWorld(createFakeEngine([reason]));
    world.controller.abort(reason);
    await expect(world.run()).rejects.toBe(reason);
  });
});

it.each([[["--help"]], [["plan", "--help"]], [["explain", "--help"]], [["rules", "--help"]], [["history", "--help"]]])(
  "%j fits 80 columns and exits 0",
  async (argv) => {
    const world = await createFakeWorld(createFakeEngine());
    expect(await world.run(...argv)).toBe(0);
    const tooWide = world
      .stdout()
      .split("\n")
      .filter((line) => line.length > 80);
    expect(world.stdout()).toContain("Usage: preflight");
    expect(tooWide).toEqual([]);
  },
);
