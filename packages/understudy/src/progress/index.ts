export { createProgressMeter, type AnyProgressEvent, type ProgressReading } from "./progress-meter.js";
export { durationInWords, type ProgressPrinter } from "./printers.js";
export { createProgress } from "./create-progress.js";
