export { planInWords, resultInWords } from "./describe.js";
export { runRender, type RenderJob } from "./run-render.js";
