import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { ProjectRule } from "./rule.js";
import { imageInUse } from "./shared/judged-image.js";

/** Documents say that it works, and nothing in the project shows it. */
export const claimWithoutEvidence: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1012",
    name: "claim-without-evidence",
    level: "note",
    phase: "deploy",
    summary: "Documents claim success rates, tests or approvals that no artefact backs.",
    seeds: ["S28", "S30"],
    fix: "by-hand",
  },
  *check(project) {
    if (imageInUse(project) === undefined || isProven(project)) return;
    const claims = claimsOf(project);
    const [first, ...others] = claims;
    if (first === undefined) return;
    const documents = new Set(claims.map(({ path }) => path)).size;
    const more = others.length === 0 ? "" : ` (one of ${claims.length} such claims in ${documents} documents)`;
    yield {
      message: `"${first.words}" is claimed and no test run or measurement in the project backs it${more}.`,
      remedy: "Record the run behind the claim in preflight.evidence.json, or take the claim out.",
      at: { path: first.path, line: first.line },
      evidence: others
        .slice(0, 8)
        .map(({ words, path, line }) => ({ statement: `"${words}"`, location: { path, line } })),
    };
  },
  lookedAt: ({ documents }) => (documents.length === 0 ? "" : `${documents.length} documents`),
};

interface Claim {
  readonly words: string;
  readonly path: string;
  readonly line: number;
}

/** A fresh run through the whole worker, or a measured one: what a reader of such a claim would ask for. */
function isProven({ evidence }: ProjectFacts): boolean {
  return evidence.runs.some(
    ({ kind, hasPassed, staleBecause }) =>
      (kind === "end-to-end" || kind === "performance") && hasPassed && staleBecause === undefined,
  );
}

/** Documents nearest to the project's folder first. */
function claimsOf({ documents, files, config }: ProjectFacts): readonly Claim[] {
  return documents
    .map(({ path }) => path)
    .filter((path) => /\.(?:md|mdx|txt)$/i.test(path) && !isHistory.test(path) && !isHidden(path, config.testFolders))
    .toSorted((a, b) => a.split("/").length - b.split("/").length)
    .flatMap((path) => claimsIn(path, files.get(path)?.text ?? ""));
}

/** What was said of a version that is gone. */
const isHistory = /(?:^|\/)(?:changelog|history|news|releases?)\b[^/]*$/i;

/** Notes of editors and assistants, and examples; `docs` is where claims live. */
function isHidden(path: string, testFolders: readonly string[]): boolean {
  const folders = path.split("/").slice(0, -1);
  return folders.some((part) => part.startsWith(".") || (part !== "docs" && testFolders.includes(part)));
}

function claimsIn(path: string, text: string): readonly Claim[] {
  return text.split("\n").flatMap((line, i) => {
    const words = claims.map((claim) => claim.exec(line.slice(0, 400))?.[0]).find((found) => found !== undefined);
    return words === undefined || denial.test(line) ? [] : [{ words: words.trim(), path, line: i + 1 }];
  });
}

/** An open checkbox, a condition, a wish or a warning is no claim. */
const denial =
  /^\s*[-*]\s*\[ \]|\b(?:not|never|no longer|isn't|aren't|unless|until|once|can|could|would|should|must|todo|before|if|when|fail\w*|target\w*|goal\w*|sla)\b|\?\s*$/i;

const claims: readonly RegExp[] = [
  /\b(?:success|reliab|probabilit|accura|uptime|pass)\w*[ a-z]{0,20}[:|=* ]{0,6}~?(?:100|9\d)(?:\.\d+)? ?%\+?/i,
  /\b(?:100|9\d)(?:\.\d+)? ?%\+? (?:success|reliab|uptime|guarantee|working|accura)\w*/i,
  /\bapproved for (?:production )?deployment\b|\bready (?:for|to) (?:immediate )?(?:production )?deploy(?:ment)?\b/i,
  /\b(?:security|performance|architecture|cost|quality) review\W{0,6}passed\b/i,
  /\b(?:fully|thoroughly|successfully) (?:tested|validated|verified)\b|\bcreated and tested\b|\bproven (?:working )?solution\b/i,
  /\bguaranteed (?:to work|solutions?)\b|\b100 ?% (?:working|automatic)\b/i,
];
