export { judge, type Judgement } from "./judge.js";
export { verifyFile, type FileReaders, type VerifyTask } from "./verify-file.js";
export { verifyReportInWords } from "./describe.js";
export type {
  ConsentStanding,
  FileFacts,
  Likeness,
  MatchReason,
  Medium,
  RenderMatch,
  Verdict,
  VerifyReport,
} from "./verify-report.js";
