import { readFile } from "node:fs/promises";
import { preflightHistory } from "#history.js";
import { preflight } from "#preflight.js";
import { rules } from "#rules/index.js";
import type { PreflightEngine } from "./engine.js";

/** The real engine, with the rules and pages of this package. */
export const localEngine: PreflightEngine = {
  preflight,
  history: preflightHistory,
  rules: rules.map(({ meta }) => meta),
  readRulePage: ({ id, name }) =>
    readFile(new URL(`../../docs/${id.toLowerCase()}-${name}.md`, import.meta.url), "utf8").catch(() => undefined),
};
