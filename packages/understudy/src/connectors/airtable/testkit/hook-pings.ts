import { createHmac } from "node:crypto";
import { request } from "node:http";
import type { Hook, NotificationResult } from "./hook.js";

/** After so many retries Airtable gives up notifying. */
const maxRetries = 13;

/** How long an answer may take in all. */
const answerMs = 25_000;

/** Tells the addresses of webhooks that there is news. */
export interface Pings {
  send(hook: Hook): void;
  /** Off: what is sent is lost on the way, and Airtable does not know. */
  deliver(isOn: boolean): void;
  /** Sends again what failed. At Airtable that happens by itself, from 10 s after a failure to about a day. */
  retry(): void;
  /** When nothing is on its way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Notifications; those that come while one is on its way are told as one. Any answer but 200 and 204 is a failure.
 * Source: https://airtable.com/developers/web/api/webhooks-overview, /model/webhooks-notification
 */
export function createPings(now: () => number): Pings {
  const underWay = new Map<Hook, Promise<void>>();
  const wanted = new Set<Hook>();
  const failed = new Map<Hook, number>();
  const ended = new AbortController();
  let isDelivering = true;

  const timestamp = () => new Date(now()).toISOString();
  const attempt = async (hook: Hook, url: string, retryNumber: number): Promise<void> => {
    const started = performance.now();
    const error = await post(hook, url, timestamp(), ended.signal);
    const told = { completionTimestamp: timestamp(), durationMs: performance.now() - started, retryNumber };
    hook.lastResult = resultOf(error, told);
    if (error === undefined) {
      hook.lastSuccess = told.completionTimestamp;
      failed.delete(hook);
    } else if (retryNumber < maxRetries) {
      failed.set(hook, retryNumber + 1);
    } else {
      failed.delete(hook);
      hook.areNotificationsEnabled = false;
    }
  };
  const send = (hook: Hook): void => {
    if (hook.notificationUrl === null || !hook.areNotificationsEnabled || !isDelivering || ended.signal.aborted) {
      return;
    }
    if (underWay.has(hook)) {
      wanted.add(hook);
      return;
    }
    const attempted = attempt(hook, hook.notificationUrl, failed.get(hook) ?? 0).finally(() => {
      underWay.delete(hook);
      if (wanted.delete(hook)) {
        send(hook);
      }
    });
    underWay.set(hook, attempted);
  };
  const settled = async (): Promise<void> => {
    while (underWay.size > 0) {
      await Promise.all(underWay.values());
    }
  };
  return {
    send,
    deliver(isOn) {
      isDelivering = isOn;
    },
    retry() {
      for (const hook of failed.keys()) {
        send(hook);
      }
    },
    settled,
    async close() {
      ended.abort();
      await settled();
    },
  };
}

/** Posts a notification, over plain HTTP only. @returns what went wrong. */
function post(hook: Hook, url: string, timestamp: string, signal: AbortSignal): Promise<string | undefined> {
  const body = JSON.stringify({ base: { id: hook.base.id }, webhook: { id: hook.id }, timestamp });
  const mac = createHmac("sha256", hook.macSecret).update(body).digest("hex");
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-airtable-content-mac": `hmac-sha256=${mac}`,
  };
  const told = new Promise<string | undefined>((resolve, reject) => {
    const sent = request(url, { method: "POST", agent: false, signal, timeout: answerMs, headers }, (answer) => {
      const isTaken = answer.statusCode === 200 || answer.statusCode === 204;
      const error = `The HTTP request returned a ${answer.statusCode} status code instead of 200 or 204`;
      answer.resume().once("close", () => resolve(isTaken ? undefined : error));
    });
    sent.once("timeout", () => sent.destroy());
    sent.once("error", reject);
    sent.end(body);
  });
  return told.catch(() => "The HTTP request could not be sent");
}

function resultOf(
  error: string | undefined,
  told: { readonly completionTimestamp: string; readonly durationMs: number; readonly retryNumber: number },
): NotificationResult {
  return error === undefined
    ? { success: true, ...told }
    : { success: false, error: { message: error }, ...told, willBeRetried: told.retryNumber < maxRetries };
}
