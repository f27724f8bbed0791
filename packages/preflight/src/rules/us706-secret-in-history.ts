import type { PastSecret, ProjectFacts } from "#facts/project/project-facts.js";
import type { ProjectRule } from "./rule.js";
import { secretsOf } from "./shared/file-secrets.js";

/** A credential that an earlier commit holds and no file of today does. */
export const secretInHistory: ProjectRule = {
  scope: "project",
  meta: {
    id: "US706",
    name: "secret-in-history",
    level: "error",
    phase: "security",
    summary: "An earlier commit holds a credential that no file holds any more.",
    seeds: ["S53"],
    fix: "by-hand",
  },
  *check(project) {
    for (const [first, ...others] of goneSecrets(project)) {
      yield {
        message: `An earlier commit holds a credential in ${first.path} (${first.description}): whoever clones the repository has it.`,
        remedy: "Revoke it; deleting the file did not take it back. Then rewrite the history with git filter-repo.",
        at: { path: first.path, line: first.line },
        confidence: "likely",
        evidence: others.slice(0, 5).map(({ path }) => ({ statement: `Another version or file has it too: ${path}.` })),
      };
    }
  },
  lookedAt: ({ pastSecrets }) => (pastSecrets === undefined ? "" : "every text that git remembers"),
};

/** By credential; what files still hold is told of them. */
function goneSecrets({ pastSecrets = [], files }: ProjectFacts): readonly (readonly [PastSecret, ...PastSecret[]])[] {
  const present = new Set([...files.values()].flatMap(secretsOf).map(({ description }) => description));
  const gone = new Map<string, [PastSecret, ...PastSecret[]]>();
  for (const secret of pastSecrets) {
    if (present.has(secret.description)) continue;
    const known = gone.get(secret.description);
    if (known === undefined) gone.set(secret.description, [secret]);
    else known.push(secret);
  }
  return [...gone.values()];
}
