import { UnderstudyError } from "#model/errors.js";
import type { LabelWish } from "#model/request.js";

/**
 * Reads `on`, `start` or `delegated:REASON` (at most 280 characters of reason).
 * @throws UnderstudyError `bad-usage` for anything else; the label has no plain off.
 */
export function parseLabelWish(text: string): LabelWish {
  if (text === "on" || text === "start") return { kind: text };
  const reason = /^delegated:(.*)$/s.exec(text)?.[1]?.trim() ?? "";
  if (reason !== "" && reason.length <= 280) return { kind: "delegated", reason };
  throw new UnderstudyError("bad-usage", `--label expects on, start or delegated:REASON but received "${text}".`, {
    hint: 'Whoever publishes must label the video otherwise: --label delegated:"who does it, and how".',
  });
}
