export { writeReport, type ReportInput } from "./write-report.js";
