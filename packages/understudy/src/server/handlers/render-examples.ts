/** An id of the shape that renders have. */
export const exampleId = "render_00000000000000ab";

/** A request that any caller may send. */
export const exampleOrder = {
  source: { url: "https://videos.example/ad.mp4" },
  face: { url: "https://photos.example/customer.jpg" },
  plan: { swap: [{ startSeconds: 0, endSeconds: 5 }] },
  consent: { attestedBy: "Sam Operator" },
  script: "The new lamp is here. It folds flat.",
  captions: { mode: "burn" },
  metadata: { recordId: "rec_42" },
};

/** A render that has just been listed. */
export const exampleRender = {
  id: exampleId,
  state: "queued",
  priority: 0,
  run: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
  metadata: { recordId: "rec_42" },
  links: {
    self: `https://understudy.example/v1/renders/${exampleId}`,
    events: `https://understudy.example/v1/renders/${exampleId}/events`,
  },
} as const;

/** Some of a manifest; the whole of it is as the command writes it. */
export const exampleManifest = {
  manifestVersion: 1,
  renderId: exampleId,
  frames: { total: 900, reencoded: 360, swapped: 300, withoutFace: 0 },
};

/** The news of a render that was made, as a stream tells it. */
export const exampleEvents = [
  "retry: 2000",
  "",
  "id: 1",
  "event: queued",
  'data: {"at":"2026-01-01T00:00:00.000Z"}',
  "",
  "id: 2",
  "event: started",
  'data: {"attempt":1,"at":"2026-01-01T00:00:01.000Z"}',
  "",
  "",
].join("\n");
