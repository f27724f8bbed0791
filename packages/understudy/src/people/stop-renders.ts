import { hasEnded, type ServiceRender } from "#renders/service-render.js";
import type { PeopleDesk } from "./people-desk.js";

type StopDesk = Pick<PeopleDesk, "renders" | "jobs">;

/** Cancels those of the renders that wait or run. @returns the ones that it told to stop. */
export async function stopRenders(
  renders: readonly ServiceRender[],
  { renders: list, jobs }: StopDesk,
): Promise<readonly ServiceRender[]> {
  const open = renders.filter((render) => !hasEnded(render));
  for (const { ownerId, id } of open) {
    const told = await list.cancel(ownerId, id);
    if (told !== undefined) await jobs.cancel({ renderId: id, run: told.run });
  }
  return open;
}

/** How long, and how often, to look whether renders came to an end. */
export interface Patience {
  readonly milliseconds: number;
  /** Resolves after a pause between two looks. */
  pause(milliseconds: number): Promise<void>;
}

const lookEveryMs = 100;

/** Waits until renders that were told to stop have ended. @returns those that have not. */
export async function awaitEnd(
  renders: readonly ServiceRender[],
  { renders: list }: Pick<PeopleDesk, "renders">,
  { milliseconds, pause }: Patience,
): Promise<readonly ServiceRender[]> {
  let open = renders;
  for (let waited = 0; ; waited += lookEveryMs) {
    const looked = await Promise.all(open.map(({ ownerId, id }) => list.get(ownerId, id)));
    open = looked.flatMap((render) => (render === undefined || hasEnded(render) ? [] : [render]));
    if (open.length === 0 || waited >= milliseconds) return open;
    await pause(lookEveryMs);
  }
}
