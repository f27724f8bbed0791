import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { workerStarts } from "./shared/handler.js";
import { type HttpServer, httpServersOf } from "./shared/http-server.js";
import { isPlatformClient } from "./shared/platform-client.js";
import { queueHandlerFix } from "./shared/queue-handler-fix.js";

/** A web server where the queue expects a worker that takes jobs. */
export const httpServerOnQueueEndpoint: ImageRule = {
  scope: "image",
  meta: {
    id: "US601",
    name: "http-server-on-queue-endpoint",
    level: "error",
    phase: "job",
    summary: "The container starts a web server, and the endpoint hands out jobs over a queue.",
    seeds: ["S97"],
    fix: "auto",
  },
  *check(image) {
    if (image.target !== "serverless" || image.purpose !== "worker" || workerStarts(image).length > 0) return;
    const [server] = httpServersOf(image);
    if (server !== undefined && !isPlatformClient(image)) yield never(server, image);
  },
  lookedAt: ({ entry }) => entry.commands.map(({ name }) => name).join(", "),
};

function never(server: HttpServer, image: ImageFacts): Report {
  const fix: Fix | undefined = queueHandlerFix(server, image);
  return {
    message: `No job is ever taken: the container starts ${server.name}, a web server, and never calls runpod.serverless.start.`,
    remedy: "Write a handler and pass it to runpod.serverless.start, or make a load-balancing endpoint of it.",
    at: server.location,
    confidence: image.entry.isComplete ? "likely" : "possible",
    ...(fix === undefined ? {} : { fix }),
  };
}
