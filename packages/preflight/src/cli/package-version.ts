import { readFileSync } from "node:fs";

const file = new URL("../../package.json", import.meta.url);

/** Version of this package, as in its package.json. */
export const packageVersion: string = (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
