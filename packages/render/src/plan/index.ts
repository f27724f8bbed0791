export { parsePlanFile, parseSwapRanges } from "./parse-swap-ranges.js";
export { planRender, type PlanInput } from "./plan-render.js";
export { parseLabelWish } from "./parse-label.js";
