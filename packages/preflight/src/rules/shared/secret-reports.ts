import { posix } from "node:path";
import type { ProjectFacts, ProjectFile } from "#facts/project/project-facts.js";
import type { Report } from "#model/finding.js";
import { tellingSecretsOf, type FileSecret } from "./file-secrets.js";

/** Whether a file is a script, a document or a CI definition: what people copy from and post. */
export function isScriptOrDocument(path: string): boolean {
  return (
    /\.(?:sh|bash|zsh|fish|ps1|bat|cmd|md|mdx|rst|adoc|txt|http|rest|ipynb)$/i.test(path) ||
    /(?:^|\/)(?:\.github|\.circleci|\.gitlab-ci\.ya?ml|Jenkinsfile|Makefile|justfile|bitbucket-pipelines\.yml)(?:\/|$)/i.test(
      path,
    )
  );
}

/**
 * One report for each credential that is, or is about to be, in git, wherever it stands first: revoking it once mends all
 * its places. What git ignores is where it belongs, and `.env` outside a repository as well.
 */
export function* secretReports(
  project: ProjectFacts,
  isWanted: (file: ProjectFile) => boolean,
  remedy: string,
): Generator<Report> {
  const places = new Map<string, [Place, ...Place[]]>();
  for (const file of project.files.values()) {
    if (file.gitState === "ignored" || !isWanted(file)) continue;
    if (file.gitState === "unknown" && /^\.env(?:\..*)?$/.test(posix.basename(file.path))) continue;
    for (const secret of tellingSecretsOf(file, project)) {
      // A short value has no fingerprint: two of them may differ.
      const key = `${file.gitState} ${secret.description} ${secret.description.includes("#") ? "" : file.path}`;
      const known = places.get(key);
      if (known === undefined) places.set(key, [{ file, secret }]);
      else known.push({ file, secret });
    }
  }
  for (const [first, ...others] of places.values()) yield report(first, others, remedy);
}

interface Place {
  readonly file: ProjectFile;
  readonly secret: FileSecret;
}

/** Other places that are listed; the message counts them all. */
const listedPlaces = 8;

function report({ file, secret }: Place, others: readonly Place[], remedy: string): Report {
  const { path, gitState } = file;
  const isUntracked = gitState === "untracked";
  const what = `${path}${others.length === 0 ? " holds" : ` and ${countOf(others)} hold`} a credential (${secret.description})`;
  return {
    message: isUntracked
      ? `${what}, and git does not ignore it: the next \`git add .\` publishes it.`
      : `${what}: whoever reads the repository can use it.`,
    remedy,
    at: { path, line: secret.line },
    level: isUntracked ? "warning" : "error",
    confidence: secret.hasIssuerShape ? "certain" : "likely",
    evidence: [
      ...secret.otherLines.map((line) => ({ path, line })),
      ...others.map((each) => ({ path: each.file.path, line: each.secret.line })),
    ]
      .slice(0, listedPlaces)
      .map((location) => ({ statement: "It stands here as well.", location })),
  };
}

function countOf(others: readonly Place[]): string {
  return others.length === 1 ? "1 more file" : `${others.length} more files`;
}
