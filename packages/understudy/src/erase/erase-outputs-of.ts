import type { DataFolder } from "#records/data-folder.js";
import { outputState, removeOutput } from "#records/remove-output.js";
import type { OutputFact } from "#records/render-records.js";

/** What became of the outputs of one consent. */
export interface ErasedOutputs {
  readonly removed: readonly OutputFact[];
  /** Lies at an output's place with other bytes: not ours. */
  readonly changed: readonly OutputFact[];
  /** Could not be removed. */
  readonly remaining: readonly OutputFact[];
}

/** Removes what was made under one consent, wherever it lies. The records stay, so that copies can still be recognised. */
export async function eraseOutputsOf(
  consentId: string,
  { renders }: Pick<DataFolder, "renders">,
): Promise<ErasedOutputs> {
  const records = (await renders.list()).filter((record) => record.consentId === consentId);
  const erased = { removed: [] as OutputFact[], changed: [] as OutputFact[], remaining: [] as OutputFact[] };
  for (const output of records.flatMap(({ outputs }) => outputs)) {
    const state = await outputState(output);
    if (state === "changed") erased.changed.push(output);
    if (state === "there") ((await removeOutput(output)) ? erased.removed : erased.remaining).push(output);
  }
  return erased;
}
