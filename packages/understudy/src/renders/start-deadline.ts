import { UnderstudyError } from "@understudy/render";
import type { ServiceRender } from "./service-render.js";

/** Aborts at the deadline of a render, which counts from its first start. @returns the signal, and what ends the wait. */
export function startDeadline(
  { deadlineAt, order }: ServiceRender,
  now: Date,
): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const late = (): void => {
    const message = `The render was not done ${order.deadlineSeconds} s after it began.`;
    controller.abort(
      new UnderstudyError("deadline-exceeded", message, {
        hint: "Send it with a higher deadlineSeconds, or give a shorter video.",
      }),
    );
  };
  const remainingMs = (deadlineAt?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime();
  const timer = Number.isFinite(remainingMs) ? setTimeout(late, Math.max(0, remainingMs)) : undefined;
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}
