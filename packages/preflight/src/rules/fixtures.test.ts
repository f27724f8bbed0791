import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { planFixes } from "#fix/plan-fixes.js";
import type { Finding } from "#model/finding.js";
import { judgeFixture, loadReaders } from "#testing/judge-fixture.js";
import { parseFixture, type Fixture } from "#testing/fixture.js";
import type { Rule } from "./rule.js";

const fixturesFolder = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const folders = (await readdir(fixturesFolder)).toSorted();

const ruleOf = async (folder: string): Promise<Rule> => {
  const module = (await import(/* @vite-ignore */ `${import.meta.dirname}/${folder}.ts`)) as Record<string, unknown>;
  return Object.values(module).find((value) => typeof value === "object" && value !== null && "meta" in value) as Rule;
};
const scenarios = async (folder: string) =>
  (await readdir(`${fixturesFolder}${folder}`))
    .toSorted()
    .map((name) => ({ name, path: `${fixturesFolder}${folder}/${name}` }));

const inWords = ({ level, location, message }: Finding) => `${level} ${location.path}:${location.line} ${message}`;

beforeAll(loadReaders);

describe.each(folders)("%s", async (folder) => {
  const files = await scenarios(folder);

  it("has a bad and a good example", () => {
    expect(files.filter(({ name }) => /^bad-.*\.txt$/.test(name))).not.toEqual([]);
    expect(files.filter(({ name }) => /^good-.*\.txt$/.test(name))).not.toEqual([]);
  });

  it.each(files)("$name", async ({ name, path }) => {
    const rule = await ruleOf(folder);
    const fixture = parseFixture(await readFile(path, "utf8"));
    const findings = await judgeFixture(fixture, rule);
    expect(fixture.expectsNothing, "good examples expect nothing, bad ones something").toBe(name.startsWith("good-"));
    expectFindings(findings, fixture);
    await expectFixed(findings, fixture, rule);
  });

  it("mends what it says it can mend", async () => {
    const rule = await ruleOf(folder);
    const bad = await Promise.all(
      files.filter(({ name }) => name.startsWith("bad-")).map(({ path }) => readFile(path, "utf8")),
    );
    const findings = (await Promise.all(bad.map((text) => judgeFixture(parseFixture(text), rule)))).flat();
    expect(findings.some((finding) => finding.fix !== undefined)).toBe(rule.meta.fix === "auto");
  });
});

/** Each expectation is met by one finding, and nothing is found beside them. */
function expectFindings(findings: readonly Finding[], { expected }: Fixture): void {
  const left = findings.map(inWords);
  for (const { level, path, line, text } of expected) {
    const index = left.findIndex((words) => words.startsWith(`${level} ${path}:${line} `) && words.includes(text));
    expect(index, `${level} ${path}:${line} ${text}\nfound instead:\n${left.join("\n")}`).toBeGreaterThanOrEqual(0);
    left.splice(index, 1);
  }
  expect(left, "found beside what is expected").toEqual([]);
}

/** After its fixes are applied the rule finds them no more, and the lines read as the fixture says. */
async function expectFixed(findings: readonly Finding[], fixture: Fixture, rule: Rule): Promise<void> {
  const fixable = findings.filter((finding) => finding.fix !== undefined);
  const textOf = (path: string) => fixture.files[path]?.content?.toString();
  const { changes, applied } = planFixes(fixable, textOf);
  const fixedTexts = new Map(changes.map(({ path, after }) => [path, after]));
  const lineOf = (path: string, line: number) => fixedTexts.get(path)?.split("\n")[line - 1];
  const asExpected = fixture.fixed.map(({ path, line }) => ({ path, line, text: lineOf(path, line) }));
  expect(asExpected).toEqual(fixture.fixed);
  const files = { ...fixture.files };
  for (const [path, content] of fixedTexts) files[path] = { ...files[path], content };
  const after = applied === 0 ? findings : await judgeFixture({ ...fixture, files }, rule);
  const left = findings.length - fixable.length;
  expect(after.length, `left after the fix:\n${after.map(inWords).join("\n")}`).toBe(left);
}
