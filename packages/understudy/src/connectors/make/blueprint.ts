/**
 * A scenario as Make.com imports and exports it. The format is documented by examples only; what is left out here (connections,
 * webhooks, what the editor keeps for itself) is attached by whoever imports it.
 */
export interface Blueprint {
  readonly name: string;
  /** What it does, and what is to be filled in. */
  readonly description: string;
  readonly flow: readonly BlueprintModule[];
  readonly metadata: {
    /** Begins as soon as data arrives, in the place of a timetable. */
    readonly instant: boolean;
    readonly version: 1;
    readonly scenario: Readonly<Record<string, unknown>>;
    readonly designer: { readonly orphans: readonly [] };
  };
}

/** One step of a scenario. */
export interface BlueprintModule {
  /** From 1; other modules name its output by it: `{{1.record_id}}`. */
  readonly id: number;
  /** Application and module, such as `http:MakeRequest`. */
  readonly module: string;
  readonly version: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What goes in; texts may hold `{{...}}`. */
  readonly mapper: Readonly<Record<string, unknown>>;
  readonly filter?: BlueprintFilter;
  readonly metadata: { readonly designer: { readonly x: number; readonly y: number; readonly name: string } };
}

/** When a module, and what comes behind it, is passed over. The outer list is "or", the inner one "and". */
export interface BlueprintFilter {
  readonly name: string;
  readonly conditions: readonly (readonly { readonly a: string; readonly o: string; readonly b?: string }[])[];
}

/** A step before it has its place in the row. */
export type Step = Omit<BlueprintModule, "id" | "metadata"> & { readonly label: string };

/** Pixels from one module to the next in the editor. */
const stepPixels = 300;

/** Puts steps in a row; ids count from 1. */
export function scenarioOf(name: string, description: string, steps: readonly Step[]): Blueprint {
  return {
    name,
    description,
    flow: steps.map(({ label, ...step }, i) => ({
      id: i + 1,
      ...step,
      metadata: { designer: { x: stepPixels * i, y: 0, name: label } },
    })),
    metadata: {
      instant: true,
      version: 1,
      scenario: {
        roundtrips: 1,
        maxErrors: 3,
        autoCommit: true,
        autoCommitTriggerLast: true,
        // One after the other would hold a row back behind another one's outage.
        sequential: false,
        confidential: false,
        dataloss: false,
        // What failed for the moment is kept for another try.
        dlq: true,
        freshVariables: false,
      },
      designer: { orphans: [] },
    },
  };
}

/** The output of an earlier step, as other modules name it; what is no plain word stands in backticks. */
export function outputOf(id: number, ...path: readonly string[]): string {
  const words = path.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``));
  return `{{${[id, ...words].join(".")}}}`;
}

/** A blueprint as a file. It is ASCII throughout: no program on the way can spoil the flag of a failed row. */
export function blueprintText(blueprint: Blueprint): string {
  const text = JSON.stringify(blueprint, null, 2);
  return `${text.replaceAll(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
