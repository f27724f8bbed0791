import { sep } from "node:path";
import { toUnderstudyError, UnderstudyError } from "@understudy/render";
import type { MakeRenderServices } from "./making.js";
import type { RenderFailure, ServiceRender } from "./service-render.js";

/**
 * What nobody foresaw may quote a path or an address: its owner learns that it happened, the log what it was. Of a file of ours
 * everybody else is told the name, and not where it lies.
 */
export function failureOf(
  thrown: unknown,
  { id }: ServiceRender,
  { log, workFolder, config }: Pick<MakeRenderServices, "log" | "workFolder" | "config">,
): RenderFailure {
  const { code, message, hint, retryable } = toUnderstudyError(thrown);
  if (code !== "internal-error") {
    const withoutFolders = (text: string) => [workFolder, config.dataFolder].reduce(withoutFolder, text);
    return { code, message: withoutFolders(message), hint: withoutFolders(hint), retryable };
  }
  log.error({ renderId: id, error: thrown }, "render failed of something unexpected");
  return { code, message: "Something unexpected happened; the service's log says what.", hint, retryable };
}

function withoutFolder(text: string, folder: string): string {
  const [first, ...others] = text.split(`${folder}${sep}`);
  return [first, ...others.map((rest) => rest.replace(/^\S*[/\\]/, ""))].join("");
}

/** Of a run that was begun as often as it may be. */
export function poisonous(maxAttempts: number): RenderFailure {
  const { code, message, hint, retryable } = new UnderstudyError(
    "crashed-repeatedly",
    `The render was begun ${maxAttempts} times, and never came to an end.`,
  );
  return { code, message, hint, retryable };
}
