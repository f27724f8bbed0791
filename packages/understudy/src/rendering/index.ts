export { planInWords, resultInWords } from "./describe.js";
export type { KeysMade, RenderHost } from "./render-host.js";
export { decideJob, type CastWish, type RenderWish } from "./decide-job.js";
export { openConfiguredVoice } from "./open-configured-voice.js";
export { publishRender, withdrawRender, type PublishedRender } from "./publish-render.js";
export { runRender, type RenderJob } from "./run-render.js";
