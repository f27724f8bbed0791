import { clientVariables } from "#knowledge/index.js";
import type { ProjectRule } from "./rule.js";
import { isScriptOrDocument, secretReports } from "./shared/secret-reports.js";

/** A credential in a script, a document or a CI definition. */
export const secretInScript: ProjectRule = {
  scope: "project",
  meta: {
    id: "US708",
    name: "secret-in-script",
    level: "error",
    phase: "security",
    summary: "A script, a document or a CI definition holds a credential.",
    seeds: ["S49", "S50"],
    fix: "by-hand",
  },
  check(project) {
    return secretReports(
      project,
      ({ path }) => isScriptOrDocument(path),
      `Revoke it and make a new one, and write a variable in its place, such as "$${clientVariables.apiKey}".`,
    );
  },
  lookedAt({ files }) {
    const count = [...files.keys()].filter(isScriptOrDocument).length;
    return count === 0 ? "" : `${count} scripts and documents`;
  },
};
