export { applyRetention, type RetentionCounts, type RetentionSweep } from "./apply-retention.js";
export { cleanAfterCrashes } from "./clean-after-crashes.js";
export { tidyUp } from "./tidy-up.js";
export { enterDataFolder } from "./enter-data-folder.js";
