import { describe, expect, it } from "vitest";
import { exampleResult } from "#cli/testing/example-result.js";
import { madeUpFinding, madeUpResult } from "#cli/testing/made-up-result.js";
import type { PreflightResult } from "#model/result.js";
import { renderHuman, type HumanStyle } from "./human.js";

const plain: HumanStyle = { isColored: false, columns: 80, showsAll: false };
const textOf = (result: PreflightResult, style: Partial<HumanStyle> = {}) =>
  renderHuman(
    {
      result,
      rules: [],
      helpByRule: new Map(),
      projectName: "worker",
      pathPrefix: "",
      version: "0.1.0",
      now: new Date("2026-06-15"),
    },
    { ...plain, ...style },
  );

describe("renderHuman", () => {
  it("groups by phase in the order of an image's life, worst first, and ends with the verdict", () => {
    const lines = textOf(exampleResult()).split("\n");
    const heads = lines.filter((line) => /^(build|start|job|deploy|security) {2}/.test(line));
    expect(heads).toEqual(["build  NO-GO", "start  NO-GO", "job  NO-GO", "security  NO-GO"]);
    expect(lines.findIndex((line) => line.startsWith("  error"))).toBeLessThan(
      lines.findIndex((line) => line.startsWith("  warning")),
    );
    expect(lines).toContain("NO-GO  6 errors, 1 warning, 1 note");
  });

  it.each([60, 80, 120])("fits %d columns", (columns) => {
    const tooWide = textOf(exampleResult(), { columns })
      .split("\n")
      // Paths and names are never broken: a terminal makes them links.
      .filter((line) => line.length > columns && !/^ {2}(error|warning|note|docker)/.test(line));
    expect(tooWide).toEqual([]);
  });

  it("quotes the line, shows evidence with its place, and says what --fix can do", () => {
    const text = textOf(exampleResult());
    expect(text).toContain("    | ENV MODEL_PATH=/models/wan2.2-animate\n");
    expect(text).toContain("    - docker/process.py:88: read by os.environ['MODEL_PATH']\n");
    expect(text).toContain("    fix (--fix): Quote the requirement.\n");
  });

  it("cuts long phases, never an error that decides", () => {
    const warnings = Array.from({ length: 30 }, (_, i) =>
      madeUpFinding({ level: "warning", location: { path: "a", line: i + 1 } }),
    );
    const errors = Array.from({ length: 12 }, (_, i) => madeUpFinding({ location: { path: "b", line: i + 1 } }));
    const text = textOf(madeUpResult({ findings: [...warnings, ...errors] }));
    expect(text.match(/^ {2}error/gm)).toHaveLength(12);
    expect(text).toContain("  30 more: --all\n");
    expect(textOf(madeUpResult({ findings: warnings }), { showsAll: true })).not.toContain("--all");
  });

  it("shows a fault of several images once, and names them unless all have it", () => {
    const images = ["a", "b", "c"].map((dockerfile) => ({ dockerfile, context: "", isLive: true }));
    const inHandler = (image: string) => madeUpFinding({ image, location: { path: "handler.py", line: 1 } });
    const two = textOf(madeUpResult({ images, findings: ["a", "b"].map(inHandler) }));
    expect(two.match(/handler\.py:1/g)).toHaveLength(1);
    expect(two).toContain("    in a, b\n");
    expect(textOf(madeUpResult({ images, findings: ["a", "b", "c"].map(inHandler) }))).not.toContain("in a, b");
  });

  it("says why errors do not block, and shows those that do first", () => {
    const images = ["live", "old"].map((dockerfile) => ({ dockerfile, context: "", isLive: dockerfile === "live" }));
    const old = madeUpFinding({ image: "old", location: { path: "a", line: 1 } });
    const idle = textOf(madeUpResult({ images, findings: [old] }));
    expect(idle).toContain("GO-WITH-WARNINGS  1 error\nnone of the errors blocks: only possible, or in an image that");
    const live = madeUpFinding({ image: "live", location: { path: "b", line: 1 } });
    const both = textOf(madeUpResult({ images, findings: [old, live] }), { showsAll: true });
    expect(both.indexOf("b:1")).toBeLessThan(both.indexOf("a:1"));
    expect(both).toContain("1 of the errors do not block");
  });

  it("keeps quiet about Dockerfiles that nothing builds until it is asked for all", () => {
    const images = ["live", "old"].map((dockerfile) => ({ dockerfile, context: "", isLive: dockerfile === "live" }));
    const findings = [madeUpFinding({ image: "old", location: { path: "a", line: 1 } })];
    const text = textOf(madeUpResult({ images, findings }));
    expect(text).not.toContain("a:1");
    expect(text).toContain("1 finding in images that nothing builds: --all");
    expect(textOf(madeUpResult({ images, findings }), { showsAll: true })).toContain("a:1");
  });

  it("lets no name steer the terminal", () => {
    const path = "a\u001B[2Jb\u202Ec\nerror";
    const hostile = madeUpFinding({ location: { path, line: 1 }, message: `bad ${path}`, remedy: path, image: path });
    const images = [path, "x"].map((dockerfile) => ({ dockerfile, context: dockerfile, isLive: false }));
    const text = textOf(madeUpResult({ findings: [hostile], images, files: { [path]: "RUN \u009B31m \u0007" } }));
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(text).not.toMatch(/^error/m);
  });

  it("never quotes a line on which a security rule found something, nor a key on another", () => {
    const key = ["rpa", "A1B2C3D4E5F6G7H8J9K0L1M2N3O4P5Q6R7S8T9U0"].join("_");
    const lines = `ENV RUNPOD_KEY=${key}\npassword: hunter2hunter2\n`;
    const findings = [
      madeUpFinding({ location: { path: "Dockerfile", line: 1 } }),
      madeUpFinding({ phase: "security", ruleId: "US701", location: { path: "Dockerfile", line: 2 } }),
    ];
    const text = textOf(madeUpResult({ findings, files: { Dockerfile: lines } }));
    expect(text).toContain("ENV RUNPOD_KEY=<RunPod API key rpa_…, 44 characters");
    expect(text).not.toContain(key);
    expect(text).not.toContain("hunter2");
  });

  it("says so when there is nothing to say", () => {
    expect(textOf(madeUpResult())).toMatch(/^GO {2}nothing found\n/);
  });
});
