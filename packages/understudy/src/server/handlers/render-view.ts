import type { z } from "@hono/zod-openapi";
import type { RenderPerson, ServiceRender } from "#renders/service-render.js";
import type { renderSchema } from "./render-schemas.js";

/** A render as the API tells of it. */
export type RenderView = z.infer<typeof renderSchema>;

/** What a caller is told of their render: no address of an input, which may hold a secret, and nobody's name. */
export function renderView(render: ServiceRender, publicUrl: string): RenderView {
  const { id, state, priority, run, order, progress, estimate, cost, error, consentId, otherPeople, forkedFrom } =
    render;
  const { webhookEndpointId, metadata } = order;
  const self = `${publicUrl}/v1/renders/${id}`;
  return withoutUndefined({
    id,
    state,
    priority,
    run,
    createdAt: render.createdAt.toISOString(),
    startedAt: render.startedAt?.toISOString(),
    endedAt: render.endedAt?.toISOString(),
    deadlineAt: render.deadlineAt?.toISOString(),
    cancelRequestedAt: render.cancelRequestedAt?.toISOString(),
    progress,
    estimate,
    cost,
    error,
    output: outputOf(render, publicUrl),
    consentId,
    otherConsentIds: otherPeople?.every(isDecided) ? otherPeople.map((other) => other.consentId) : undefined,
    forkedFrom,
    webhookEndpointId,
    metadata,
    links: { self, events: `${self}/events` },
  }) as RenderView;
}

function isDecided({ consentId }: RenderPerson): boolean {
  return consentId !== undefined;
}

function outputOf({ files, outputsRemovedAt }: ServiceRender, publicUrl: string): RenderView["output"] {
  const [video, ...others] = files ?? [];
  if (video === undefined || outputsRemovedAt !== undefined) return undefined;
  const { path, sha256, byteLength, fileName } = video;
  const urlOf = (ending: string): string | undefined => {
    const file = others.find((each) => each.fileName.endsWith(ending));
    return file && `${publicUrl}${file.path}`;
  };
  const url = `${publicUrl}${path}`;
  const [manifestUrl, credentialsUrl, thumbnailUrl] = [urlOf(".manifest.json"), urlOf(".c2pa"), urlOf(".jpg")];
  const captionUrls = { srt: urlOf(".srt"), vtt: urlOf(".vtt"), ass: urlOf(".ass") };
  return withoutUndefined({
    url,
    sha256,
    byteLength,
    fileName,
    manifestUrl,
    credentialsUrl,
    thumbnailUrl,
    captionUrls: captionUrls.srt === undefined ? undefined : captionUrls,
  }) as RenderView["output"];
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
