import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { defaultConfig } from "../packages/preflight/src/model/config.js";
import { preflightErrorFacts } from "../packages/preflight/src/model/errors.js";
import { rules } from "../packages/preflight/src/rules/index.js";
import { rulesIndex } from "./new-rule.js";
import { coverageTable, readBrief, rulesTable, uncovered } from "./preflight-docs.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFile(join(root, path), "utf8");
const nameOf = ({ meta }: (typeof rules)[number]) => `${meta.id.toLowerCase()}-${meta.name}`;

describe("preflight's documents", () => {
  it("every statement of the brief is covered", async () => {
    const brief = await readBrief();
    expect(Object.keys(brief.statements)).toHaveLength(125);
    expect(uncovered(rules, brief)).toEqual([]);
  });

  it("the generated tables and the list of rules are up to date (npm run docs, npm run new:rule -- --index)", async () => {
    expect(await read("docs/preflight/coverage.md")).toBe(coverageTable(rules, await readBrief()));
    expect(await read("docs/preflight/rules.md")).toBe(rulesTable(rules));
    expect(await read("packages/preflight/src/rules/index.ts")).toBe(await rulesIndex());
  });

  it("every rule has its page, its file and its examples under one name", async () => {
    const names = rules.map(nameOf);
    const filesOf = async (folder: string) => readdir(join(root, "packages/preflight", folder));
    expect((await filesOf("docs")).toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
    expect((await filesOf("fixtures")).toSorted()).toEqual(names.toSorted());
  });

  it("every page says what the rule's meta says, and what, cost, mending and silence", async () => {
    for (const rule of rules) {
      const page = await read(`packages/preflight/docs/${nameOf(rule)}.md`);
      const { id, name, level, phase, fix } = rule.meta;
      const head = `# ${id} ${name}\n\n${level} · ${phase} · ${fix === "auto" ? "auto" : "by hand"}\n`;
      expect(page.slice(0, head.length), nameOf(rule)).toBe(head);
      const headings = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
      expect(headings, nameOf(rule)).toEqual(["What it costs", "How to fix it", "When it is silent"]);
      expect(page.length, `${nameOf(rule)} says too little`).toBeGreaterThan(400);
    }
  });

  it("the guide lists every failure and every setting", async () => {
    const guide = await read("docs/preflight/README.md");
    const listed = [...guide.matchAll(/^\| `([a-z-]+)` \| (\d) \| (.+) \|$/gm)].map(([, code, status, hint]) => [
      code,
      status,
      hint,
    ]);
    const known = Object.entries(preflightErrorFacts).map(([code, { exitStatus, hint }]) => [
      code,
      String(exitStatus),
      hint,
    ]);
    expect(listed).toEqual(known);
    const settings = Object.keys(defaultConfig).filter((name) => !guide.includes(`\`${name}\``));
    expect(settings).toEqual([]);
  });
});
