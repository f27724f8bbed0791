import type { CliIo } from "#cli/io.js";
import { createJsonPrinter, createPlainPrinter, createTerminalPrinter } from "./printers.js";
import { createProgressMeter, type AnyProgressEvent } from "./progress-meter.js";

/** Chooses the printer: JSON Lines on standard output, a live line on a terminal, plain lines elsewhere. */
export function createProgress(
  io: CliIo,
  isJson: boolean,
): { onProgress(event: AnyProgressEvent): void; finish(): void } {
  const meter = createProgressMeter(() => io.now());
  const printer = isJson
    ? createJsonPrinter(io.stdout)
    : io.stderr.isTerminal
      ? createTerminalPrinter(io.stderr)
      : createPlainPrinter(io.stderr);
  return { onProgress: (event) => printer.print(meter(event)), finish: () => printer.finish() };
}
