export { eraseReportInWords, type EraseReport } from "./erase-report.js";
export { eraseSubject, type Erasure } from "./erase-subject.js";
