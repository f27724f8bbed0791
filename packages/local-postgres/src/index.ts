export { LocalPostgresError, type LocalPostgresErrorCode } from "./error.js";
export type { LocalPostgres, PostgresConnection } from "./model.js";
export { openPostgres, type OpenPostgresOptions } from "./open-postgres.js";
