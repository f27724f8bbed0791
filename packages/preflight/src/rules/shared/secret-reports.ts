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
 * One report for each credential of a file that is, or is about to be, in git. What git ignores is where it belongs, and
 * `.env` outside a repository as well.
 */
export function* secretReports(
  project: ProjectFacts,
  isWanted: (file: ProjectFile) => boolean,
  remedy: string,
): Generator<Report> {
  for (const file of project.files.values()) {
    if (file.gitState === "ignored" || !isWanted(file)) continue;
    if (file.gitState === "unknown" && /^\.env(?:\..*)?$/.test(posix.basename(file.path))) continue;
    for (const secret of tellingSecretsOf(file, project)) yield report(file, secret, remedy);
  }
}

function report({ path, gitState }: ProjectFile, secret: FileSecret, remedy: string): Report {
  const isUntracked = gitState === "untracked";
  return {
    message: isUntracked
      ? `${path} holds a credential (${secret.description}), and git does not ignore it: the next \`git add .\` publishes it.`
      : `${path} holds a credential (${secret.description}): whoever reads the repository can use it.`,
    remedy,
    at: { path, line: secret.line },
    level: isUntracked ? "warning" : "error",
    confidence: secret.hasIssuerShape ? "certain" : "likely",
    evidence: secret.otherLines
      .slice(0, 5)
      .map((line) => ({ statement: "It stands here as well.", location: { path, line } })),
  };
}
