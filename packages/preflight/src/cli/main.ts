import { createProcessIo } from "./process-io.js";
import { runPreflight } from "./run-cli.js";

/** The command itself; `bin/preflight.js` imports this file. */
// The reader of our output went away (`| head -1`): nobody wants the rest.
process.stdout.on("error", () => process.exit(141));
const status = await runPreflight(process.argv.slice(2), createProcessIo());
// A pipe may still hold output.
process.stdout.write("", () => process.exit(status));
