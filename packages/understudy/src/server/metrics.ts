import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { renderStates } from "#renders/service-render.js";
import { readQueues, type QueueFacts } from "./queue-facts.js";
import type { Service } from "./service.js";

/** What is measured of one request. */
export interface RequestFacts {
  /** As `RouteTable.nameOf` says it, so that there are as many series as routes. */
  readonly route: string;
  readonly status: number;
  /** Until the answer's fields were ready; a stream goes on after that. */
  readonly seconds: number;
}

/** What Prometheus reads of one service. */
export interface Metrics {
  observe(facts: RequestFacts): void;
  /** The exposition text. @throws UnderstudyError `database-unavailable`. */
  read(): Promise<{ readonly text: string; readonly mediaType: string }>;
}

/** The database is asked no more often than this, however many look. */
const freshMs = 5_000;

/** Metrics of a service, in a registry of its own. Those of the process begin with the first look. */
export function createMetrics(service: Pick<Service, "database" | "jobs" | "now">): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "understudy_http_requests_total",
    help: "Requests by route and status.",
    labelNames: ["route", "status"],
    registers,
  });
  const latency = new Histogram({
    name: "understudy_http_request_seconds",
    help: "Time until an answer began, by route.",
    labelNames: ["route"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const gauge = (name: string, help: string, ...labelNames: string[]): Gauge =>
    new Gauge({ name: `understudy_${name}`, help, labelNames, registers });
  const renders = gauge("renders", "Renders in the database by state.", "state");
  const oldest = gauge("queue_oldest_seconds", "How long the oldest queued render has waited.");
  const running = gauge("renders_running", "Renders in work in this process.");
  const webhooks = gauge("webhooks_waiting", "Webhook messages that are not delivered yet.");
  const overdue = gauge("webhooks_oldest_seconds", "Age of the oldest webhook message that is not delivered yet.");
  const connections = gauge("airtable_connections", "Tables in Airtable, by whether they work.", "state");
  const rows = gauge("airtable_rows_waiting", "Rows in Airtable that do not say yet what became of them.");

  function show(facts: QueueFacts): void {
    for (const state of renderStates) renders.set({ state }, facts.rendersByState[state] ?? 0);
    oldest.set(facts.oldestQueuedSeconds);
    running.set(service.jobs.runningCount);
    webhooks.set(facts.webhooksWaiting);
    overdue.set(facts.oldestWebhookSeconds);
    for (const state of ["working", "troubled"] as const) connections.set({ state }, facts.airtableConnections[state]);
    rows.set(facts.airtableRowsWaiting);
  }

  let readAt = Number.NEGATIVE_INFINITY;
  let isCollecting = false;
  return {
    observe({ route, status, seconds }) {
      requests.inc({ route, status });
      latency.observe({ route }, seconds);
    },
    async read() {
      if (!isCollecting) collectDefaultMetrics({ register: registry });
      isCollecting = true;
      if (performance.now() - readAt >= freshMs) {
        show(await readQueues(service.database.pool, service.now()));
        readAt = performance.now();
      }
      return { text: await registry.metrics(), mediaType: registry.contentType };
    },
  };
}
