export { openTestPostgres, type TestPostgres } from "./test-postgres.js";
