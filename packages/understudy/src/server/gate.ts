import { getConnInfo } from "@hono/node-server/conninfo";
import { UnderstudyError } from "@understudy/render";
import type { Context, MiddlewareHandler } from "hono";
import type { Caller, Scope } from "#access/caller.js";
import { createRateLimiter, rateHeaders, type RateVerdict } from "#access/rate-limit.js";
import type { ApiEnv } from "./api.js";
import { Refusal } from "./refusal.js";
import type { RouteTable } from "./route-table.js";
import type { Service } from "./service.js";

/** Unknown keys that one address may try each minute. */
const guessesPerMinute = 30;

/**
 * Lets a request through to a route that needs a key: it must have one, within its rate, with the route's scope; and while the
 * service stops, it must begin nothing new.
 *
 * The key is looked up before an address is turned away for its guesses: behind a proxy all callers share one address, and a
 * stranger's guesses must not lock out whoever has a key.
 */
export function createGate(service: Service, routes: () => RouteTable): MiddlewareHandler<ApiEnv> {
  const limiter = createRateLimiter();
  return async (context, next) => {
    const needed = routes().scopesOf(context);
    if (needed.length === 0) return next();
    const caller = await callerOf(context, service);
    const verdict =
      caller === undefined
        ? limiter.take(`address ${addressOf(context)}`, guessesPerMinute)
        : limiter.take(caller.keyId, caller.requestsPerMinute);
    if (caller !== undefined || !verdict.isAdmitted) tell(context, verdict);
    if (!verdict.isAdmitted) throw tooMany(verdict);
    if (caller === undefined)
      throw new UnderstudyError("unauthorized", "The key is missing, wrong, revoked or expired.");
    assertScopes(caller, needed);
    if (service.isStopping?.() === true && !isReading(context)) throw stopping();
    context.set("caller", caller);
    return next();
  };
}

/** `Authorization: Bearer KEY`, or the key alone, as RunPod's clients and cURL lines send it. */
function keyIn(context: Context): string {
  return (context.req.header("authorization") ?? "").trim().replace(/^bearer +/i, "");
}

async function callerOf(context: Context, { keys }: Service): Promise<Caller | undefined> {
  const key = keyIn(context);
  return key === "" ? undefined : keys.find(key);
}

/** Who asks, for counting: an IPv6 caller has a whole /64 to choose from. Without a server, as in tests, everybody is one. */
export function addressOf(context: Context): string {
  const hasServer = (context.env as { readonly incoming?: unknown } | undefined)?.incoming !== undefined;
  const address = hasServer ? (getConnInfo(context).remote.address ?? "") : "";
  return address.includes(":") && !address.startsWith("::ffff:") ? address.split(":").slice(0, 4).join(":") : address;
}

function tell(context: Context<ApiEnv>, verdict: RateVerdict): void {
  Object.assign(context.get("answerHeaders"), rateHeaders(verdict));
}

function tooMany({ waitSeconds }: RateVerdict): UnderstudyError {
  const wait = waitSeconds === 1 ? "one second" : `${waitSeconds} seconds`;
  return new UnderstudyError("rate-limited", `There were too many requests; the next one is answered in ${wait}.`);
}

function assertScopes(caller: Caller, needed: readonly Scope[]): void {
  const missing = needed.filter((scope) => !caller.scopes.includes(scope));
  if (missing.length > 0) {
    throw new UnderstudyError("forbidden", `This key has not the scope ${missing.join(", ")}.`);
  }
}

function isReading(context: Context): boolean {
  return context.req.method === "GET" || context.req.method === "HEAD";
}

function stopping(): Refusal {
  return new Refusal(503, "service-stopping", "The service is stopping and takes nothing new.", {
    headers: { connection: "close" },
  });
}
