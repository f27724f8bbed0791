export type { AuditEvent, AuditLine, AuditLog, AuditVerdict } from "./audit-log.js";
export { createFileAuditLog } from "./file-audit-log.js";
