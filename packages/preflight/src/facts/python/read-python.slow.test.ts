import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { mappedFile } from "#model/mapped-text.js";
import { loadPython } from "./grammar.js";
import { readPython } from "./read-python.js";
import { lineMutators, seededRandom } from "./testing/mutate.js";
import { refusedPrograms } from "./testing/refused-programs.js";

/** Asks one CPython: its version and library, or whether it compiles each text. */
const facts = `
import json, sys, sysconfig
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "library": sysconfig.get_path("stdlib")}))
`;
const judge = `
import json, sys, warnings
warnings.simplefilter("ignore")
def refusal(text):
    try:
        compile(text, "x", "exec", dont_inherit=True)
    except Exception as error:
        return str(error)
print(json.dumps([refusal(text) for text in json.load(sys.stdin)]))
`;

const python = askPython<{ readonly version: string; readonly library: string }>(facts, "");

describe.skipIf(python === undefined)("beside CPython's own compiler", () => {
  const version = python?.version ?? "";
  const library = python === undefined ? [] : libraryTexts(python.library);

  beforeAll(loadPython);

  it("accepts every file of the standard library that CPython accepts", () => {
    const counts = compare(library, version);
    expect(counts.texts, describeCounts(counts)).toBeGreaterThan(400);
    expect([...counts.missed, ...counts.falseAlarms], describeCounts(counts)).toEqual([]);
  });

  it("refuses the damaged files that CPython refuses, and no others", () => {
    const counts = compare(mutants(library, 1000), version);
    expect(counts.refused, describeCounts(counts)).toBeGreaterThan(500);
    expect([...counts.missed, ...counts.falseAlarms], describeCounts(counts)).toEqual([]);
  });

  it("refuses programs that parse but do not compile", () => {
    const counts = compare(refusedPrograms, version);
    expect([...counts.missed, ...counts.falseAlarms], describeCounts(counts)).toEqual([]);
  });
});

interface Counts {
  readonly texts: number;
  readonly refused: number;
  readonly missed: readonly string[];
  readonly falseAlarms: readonly string[];
}

function compare(texts: readonly string[], version: string): Counts {
  const refusals = askPython<readonly (string | null)[]>(judge, JSON.stringify(texts)) ?? [];
  expect(refusals).toHaveLength(texts.length);
  const missed: string[] = [];
  const falseAlarms: string[] = [];
  for (const [index, text] of texts.entries()) {
    const ours = readPython(mappedFile("x.py", text), { version }).syntaxErrors[0];
    const theirs = refusals[index] ?? undefined;
    if (theirs !== undefined && ours === undefined) missed.push(`${theirs}: ${text.slice(0, 200)}`);
    if (theirs === undefined && ours !== undefined)
      falseAlarms.push(`${ours.line}: ${ours.message}: ${text.slice(0, 200)}`);
  }
  return { texts: texts.length, refused: refusals.filter((refusal) => refusal !== null).length, missed, falseAlarms };
}

function describeCounts({ texts, refused, missed, falseAlarms }: Counts): string {
  return `${texts} texts, ${refused} refused by CPython, ${missed.length} missed, ${falseAlarms.length} false`;
}

/** Tests of the library hold files that are broken on purpose; some files are not UTF-8. */
function libraryTexts(folder: string): readonly string[] {
  const excluded = /^(?:test|tests|lib2to3|site-packages|dist-packages)$/;
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".py") && !path.split(sep).some((part) => excluded.test(part)))
    .sort()
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .filter((text) => !text.includes("\uFFFD"));
}

function mutants(texts: readonly string[], count: number): readonly string[] {
  const random = seededRandom(20_260_101);
  const small = texts.filter((text) => text.length > 400 && text.length < 30_000);
  return Array.from({ length: count * 4 }, (_, index) => {
    const text = small[Math.floor(random() * small.length)] ?? "";
    const mutated = lineMutators[index % lineMutators.length]?.(text.split("\n"), random)?.join("\n");
    return mutated === text ? undefined : mutated;
  })
    .filter((text) => text !== undefined)
    .slice(0, count);
}

function askPython<T>(program: string, input: string): T | undefined {
  const answer = spawnSync("python3", ["-c", program], { input, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return answer.status === 0 ? (JSON.parse(answer.stdout) as T) : undefined;
}
