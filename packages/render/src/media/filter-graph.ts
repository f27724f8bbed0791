/** One of FFmpeg's filters. */
export interface FilterStep {
  readonly name: string;
  /** As they are given to one filter. */
  readonly options?: string;
}

/** Filters in a row as a filter graph (`-vf`), which takes a level of quotes away before the filters read their options. */
export function filterGraph(steps: readonly FilterStep[]): string {
  return steps.map(describe).join(",");
}

function describe({ name, options }: FilterStep): string {
  return options === undefined ? name : `${name}=${options.replaceAll(/[\\'[\],;]/g, String.raw`\$&`)}`;
}
