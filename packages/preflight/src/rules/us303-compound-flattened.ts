import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import { locate } from "#model/mapped-text.js";
import type { ImageRule } from "./rule.js";
import { asHereDocument } from "./shared/as-here-document.js";
import { codeInRuns, type RunCode } from "./shared/code-in-runs.js";
import { flattenedAt } from "./shared/flattened-python.js";

/** Python lines joined with `;` into one, though `try`, `if`, `for` and their kin need lines of their own. */
export const compoundFlattened: ImageRule = {
  scope: "image",
  meta: {
    id: "US303",
    name: "compound-flattened",
    level: "error",
    phase: "build",
    summary: "Python code in a RUN step has a compound statement behind a semicolon.",
    seeds: ["S81"],
    fix: "auto",
  },
  *check(image) {
    for (const each of codeInRuns(image)) {
      if (each.module.syntaxErrors.length === 0) continue;
      const offset = flattenedAt(each.code.code.text);
      if (offset !== undefined) yield flattened(each, offset, image);
    }
  },
  lookedAt: (image) => {
    const count = codeInRuns(image).length;
    return count === 0 ? "" : `${count} pieces of Python in RUN steps`;
  },
};

function flattened(found: RunCode, offset: number, image: ImageFacts): Report {
  const { code, isDecisive, module } = found;
  const keyword = /^\w+/.exec(code.code.text.slice(offset))?.[0] ?? "";
  const fix = asHereDocument(found, image);
  const end = isDecisive ? "The build stops here" : "This code never runs, and nothing tells";
  return {
    message: `${end}: Python allows no \`${keyword}\` behind a \`;\`; the code is one line to it.`,
    remedy: "Write the code as a here-document, RUN python <<'PY', with lines and indents of its own.",
    at: locate(code.code, offset),
    level: isDecisive ? "error" : "warning",
    evidence: [
      { statement: `Python says: ${module.syntaxErrors[0]?.message ?? "invalid syntax"}.` },
      { statement: "The code starts here.", location: locate(code.code, 0) },
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}
