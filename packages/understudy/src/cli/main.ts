import { createProcessIo } from "./process-io.js";
import { reportFailure } from "./report-failure.js";
import { runCli } from "./run-cli.js";
import { stopOnSignals } from "./stop-on-signals.js";

/** The command itself; `bin/understudy.js` imports this file. */
const controller = new AbortController();
const argv = process.argv.slice(2);
const io = createProcessIo(controller.signal);
stopOnSignals(controller, (thrown) => reportFailure(thrown, io, argv.includes("--json")));
const status = await runCli(argv, io);
// A pipe may still hold output; workers of a library must not hold the process.
process.stdout.write("", () => process.exit(status));
