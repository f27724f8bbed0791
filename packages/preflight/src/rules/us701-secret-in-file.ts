import type { ProjectRule } from "./rule.js";
import { isScriptOrDocument, secretReports } from "./shared/secret-reports.js";

/** A credential in a configuration or source file of the repository. */
export const secretInFile: ProjectRule = {
  scope: "project",
  meta: {
    id: "US701",
    name: "secret-in-file",
    level: "error",
    phase: "security",
    summary: "A configuration or source file holds a credential.",
    seeds: ["S52", "S103", "S70"],
    fix: "by-hand",
  },
  check(project) {
    const dockerfiles = new Set(project.images.map(({ dockerfile }) => dockerfile.path));
    return secretReports(
      project,
      ({ path }) => !isScriptOrDocument(path) && !dockerfiles.has(path),
      "Revoke it and make a new one, and read that from an environment variable that the endpoint sets.",
    );
  },
};
