export { examine } from "./examine.js";
export { verdictOf, type DoctorVerdict, type Finding, type FindingLevel } from "./finding.js";
export { findingInWords, verdictInWords } from "./in-words.js";
export { createLocalProbes, type OpenedParts } from "./local-probes.js";
export type { DoctorProbes, DoctorWorld } from "./world.js";
