import type { Contender } from "#testing/contenders.js";
import type { FaultRow } from "./fault-row.js";
import { playFault, type FaultOutcome } from "./play-fault.js";

/** One fault with what it did to each worker, in the order of the workers. */
export interface PlayedFault {
  readonly name: string;
  readonly outcomes: readonly FaultOutcome[];
}

/** Plays every fault with every worker, `atOnce` of them at the same time: they mostly wait. */
export async function playFaults(
  rows: readonly FaultRow[],
  contenders: readonly Contender[],
  atOnce: number,
): Promise<readonly PlayedFault[]> {
  const outcomes = rows.map((): FaultOutcome[] => []);
  const games = rows.flatMap((row, at) => contenders.map((contender, column) => ({ row, at, contender, column })));
  const play = async (): Promise<void> => {
    for (let game = games.shift(); game !== undefined; game = games.shift()) {
      const played = outcomes[game.at] ?? [];
      played[game.column] = await playFault(game.row, game.contender);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, play));
  return rows.map(({ name }, at) => ({ name, outcomes: outcomes[at] ?? [] }));
}

/** The table for people: what was lost, polls a second while they failed, and what happened. */
export function faultTable(played: readonly PlayedFault[], contenders: readonly Contender[]): string {
  const titles = contenders.flatMap(({ name }) => [`${name}: jobs, results lost`, "polls/s", "what happened"]);
  const rows = played.map(({ name, outcomes }) => [name, ...outcomes.flatMap(cells)]);
  const lost = contenders.map((_, column) => total(played.map(({ outcomes }) => outcomes[column])));
  const sum = ["**In all**", ...lost.flatMap((text) => [`**${text}**`, "", ""])];
  return [["Fault", ...titles], Array.from({ length: titles.length + 1 }, () => "---"), ...rows, sum]
    .map((line) => `| ${line.join(" | ")} |`)
    .join("\n");
}

function cells({ jobsLost, resultsLost, pollsPerSecond, verdict }: FaultOutcome): readonly string[] {
  const rate = pollsPerSecond === undefined ? "" : pollsPerSecond.toFixed(pollsPerSecond < 10 ? 1 : 0);
  return [`${jobsLost}, ${resultsLost}`, rate, verdict];
}

function total(outcomes: readonly (FaultOutcome | undefined)[]): string {
  const sum = (of: (outcome: FaultOutcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + (outcome === undefined ? 0 : of(outcome)), 0);
  return `${sum(({ jobsLost }) => jobsLost)}, ${sum(({ resultsLost }) => resultsLost)}`;
}
