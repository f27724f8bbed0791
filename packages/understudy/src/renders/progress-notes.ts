import type { RenderEvent, RenderProgress } from "./service-render.js";
import type { RenderFacts } from "./render-list.js";

/** Writes down how far a render is, as often as somebody might look. */
export interface ProgressNotes {
  tell(progress: RenderProgress): void;
  /** Resolves when nothing is being written. */
  settle(): Promise<void>;
}

/** Each note is a row: no more than two a second and fifty a stage. */
const minPauseMs = 500;
const minShare = 0.02;

/**
 * Notes each new stage, and its share when that has grown enough; one note at a time, of what is newest then. A note that cannot be
 * written is not missed: the next one says more.
 */
export function createProgressNotes(
  note: (facts: RenderFacts, event: Pick<RenderEvent, "kind" | "data">) => Promise<boolean>,
  now: () => Date,
): ProgressNotes {
  let last: (RenderProgress & { readonly atMs: number }) | undefined;
  let waiting: RenderProgress | undefined;
  let writing: Promise<void> | undefined;

  const isNews = (progress: RenderProgress): boolean => {
    if (last?.stage !== progress.stage) return true;
    return progress.share - last.share >= minShare && now().getTime() - last.atMs >= minPauseMs;
  };
  const write = async (): Promise<void> => {
    while (waiting !== undefined) {
      const progress = waiting;
      waiting = undefined;
      last = { ...progress, atMs: now().getTime() };
      await note({ progress }, { kind: "progress", data: { ...progress } }).catch(() => false);
    }
    writing = undefined;
  };
  return {
    tell({ stage, share }) {
      const progress = { stage, share: Math.round(1000 * Math.min(1, Math.max(0, share))) / 1000 };
      if (!isNews(progress)) return;
      waiting = progress;
      writing ??= write();
    },
    settle: async () => writing,
  };
}
