import { createHash } from "node:crypto";
import type { Manifest, ProgressEvent, Run } from "@understudy/render";
import { assertWithinCap, estimateCost, learnFrameSeconds } from "#costs/index.js";
import { sqlOf, type Database } from "#postgres/database.js";
import { createOwnerTemplates } from "#templates/owner-templates.js";
import type { AnyProgressEvent } from "#progress/index.js";
import type { RenderHost, RenderJob } from "#rendering/index.js";
import type { Making } from "./making.js";

/** What `runRender` is given by the service: a run that survives, and a look at what it will cost before it costs. */
export function hostOf(
  making: Making,
  job: Pick<RenderJob, "photoSha256">,
  signal: AbortSignal,
  onProgress: (event: AnyProgressEvent) => void,
): RenderHost {
  const { render, token, services } = making;
  const { config, database, wiring, renders, log, now } = services;
  const { capUsd } = config.cost;
  return {
    wiring,
    signal,
    now,
    run: heeding(making, job, signal, onProgress),
    onProgress,
    async approve({ plan, work }) {
      const frameSeconds = learnFrameSeconds(await lastMeasured(database), config.cost.secondsPerFrame);
      const estimate = estimateCost(work, frameSeconds, config.cost);
      await renders.note(token, { estimate }, { kind: "planned", data: { estimate, segments: plan.segments } });
      assertWithinCap(estimate, render.order.costCapUsd ?? (capUsd === 0 ? undefined : capUsd));
    },
    ...(config.retention.templateDays > 0 && {
      templates: createOwnerTemplates(render.ownerId, {
        sql: sqlOf(database.pool),
        artifacts: services.artifacts,
        now,
        onFailed: (error) => log.warn({ renderId: render.id, error }, "a template is out of reach; made anew"),
      }),
    }),
    onThumbnailFailed: (error) => log.warn({ renderId: render.id, error }, "no picture of the video"),
    onKeysMade: () => log.info({}, "made the keys that sign videos"),
  };
}

/** What the last renders measured; a fork draws nothing anew. */
async function lastMeasured({ pool }: Pick<Database, "pool">): Promise<readonly Pick<Manifest, "stages" | "frames">[]> {
  const { rows } = await sqlOf(pool).query<Pick<Manifest, "stages" | "frames">>(
    // The limit within: else every manifest that there is would be unpacked, 1.1 s for 100,000 renders.
    `select manifest->'stages' as stages, manifest->'frames' as frames from (
       select manifest from understudy.render where state = 'finished' and forked_from is null
       order by ended_at desc limit 20) as last`,
  );
  return rows;
}

/**
 * The durable run, which also ends at the deadline, tells its progress here, and logs what is done. What a child made is kept under
 * the photos as well: those of the library may be others when a render is run again, and permission is for these very ones.
 */
function heeding(
  { run, render, services }: Making,
  { photoSha256 }: Pick<RenderJob, "photoSha256">,
  signal: AbortSignal,
  onProgress: (event: ProgressEvent) => void,
): Run {
  const { log, now } = services;
  const photos = createHash("sha256").update(photoSha256.join()).digest("hex").slice(0, 16);
  const wrap = (inner: Run): Run => ({
    signal,
    step: (name, action) => inner.step(name, action),
    async child(name, action, files) {
      const facts = { renderId: render.id, child: name };
      let isDone = false;
      const logged = (own: Run) => {
        log.info(facts, "child begun");
        isDone = true;
        return action(wrap(own));
      };
      const value = await inner.child(`${name}.${photos}`, logged, files);
      log.info(facts, isDone ? "child kept" : "child taken from an earlier life");
      return value;
    },
    progress: onProgress,
    now,
  });
  return wrap(run);
}
