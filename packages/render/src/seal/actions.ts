import { assertNever } from "#model/errors.js";
import type { ProvenanceAction, ProvenanceClaim } from "#model/provenance.js";

/** Name by which the actions refer to the source video before the library has given it an address. */
export const sourceIngredientId = "source";

const digitalSourceTypes = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/** An action of `c2pa.actions.v2`, as the library takes and returns it. */
export interface C2paAction {
  readonly action: string;
  readonly description?: string;
  readonly digitalSourceType?: string;
  readonly parameters?: { readonly ingredientIds: readonly string[] };
  readonly changes?: readonly C2paChange[];
}

interface C2paChange {
  readonly description: string;
  readonly region: readonly [
    {
      readonly type: "temporal";
      readonly time: { readonly type: "npt"; readonly start: string; readonly end: string };
    },
  ];
}

/** Our action in C2PA's words (C2PA 2.2, section 18.13). */
export function c2paActionOf(action: ProvenanceAction): C2paAction {
  switch (action.kind) {
    case "opened":
      return { action: "c2pa.opened", parameters: { ingredientIds: [sourceIngredientId] } };
    case "face-replaced":
      return {
        action: "c2pa.edited",
        description: "A face was replaced by one that a model drew.",
        digitalSourceType: `${digitalSourceTypes}compositeWithTrainedAlgorithmicMedia`,
        changes: [changeOf(action, "face replaced")],
      };
    case "voice-synthesised":
      return {
        action: "c2pa.dubbed",
        description: "A voice was made by a model.",
        digitalSourceType: `${digitalSourceTypes}trainedAlgorithmicMedia`,
        changes: [changeOf(action, "voice synthesised")],
      };
    case "transcoded":
      return { action: "c2pa.transcoded" };
    case "watermarked":
      return { action: "c2pa.watermarked.bound" };
    default:
      return assertNever(action);
  }
}

/** What a reader looks at in an action; a stranger's may have anything else beside it. */
export interface ReadableAction {
  readonly action: string;
  readonly digitalSourceType?: string | undefined;
  readonly changes?:
    | readonly {
        readonly region: readonly [{ readonly time: { readonly start: string; readonly end: string } }, ...unknown[]];
      }[]
    | undefined;
}

/** What a reader tells of an action that was signed. */
export function readActionOf(action: ReadableAction): ProvenanceClaim["actions"][number] {
  const time = action.changes?.[0]?.region[0].time;
  return {
    action: action.action,
    ...(action.digitalSourceType !== undefined && {
      digitalSourceType: action.digitalSourceType.slice(action.digitalSourceType.lastIndexOf("/") + 1),
    }),
    ...(time !== undefined && { startSeconds: Number(time.start), endSeconds: Number(time.end) }),
  };
}

/** Normal play time (RFC 2326, section 3.6) as plain seconds, to the millisecond. */
function changeOf(time: { startSeconds: number; endSeconds: number }, description: string): C2paChange {
  const [start, end] = [time.startSeconds, time.endSeconds].map((seconds) => String(Number(seconds.toFixed(3))));
  return { description, region: [{ type: "temporal", time: { type: "npt", start: start ?? "", end: end ?? "" } }] };
}
