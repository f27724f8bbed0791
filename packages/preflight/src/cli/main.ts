import { createProcessIo } from "./process-io.js";
import { runPreflight } from "./run-cli.js";

/** The command itself; `bin/preflight.js` imports this file. */
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  // The reader of our output went away (`| head -1`): nobody wants the rest.
  if (code === "EPIPE") process.exit(141);
  process.stderr.write(`output-lost\n  The result could not be written: ${message}.\n`, () => process.exit(3));
});
// Nobody is left to be told.
process.stderr.on("error", () => undefined);
const status = await runPreflight(process.argv.slice(2), createProcessIo());
// A pipe may still hold output. A failed write ends in the handler above.
process.stdout.write("", (error) => (error ? undefined : process.exit(status)));
