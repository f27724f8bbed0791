/** What one module takes from another's output. */
export interface ModuleReference {
  readonly id: number;
  /** The first step of the path, without backticks. */
  readonly field: string;
}

/** Every `{{3.field}}` in the texts of a value, functions of Make's around it included, in order and with repeats. */
export function moduleReferences(value: unknown): readonly ModuleReference[] {
  if (Array.isArray(value)) return value.flatMap(moduleReferences);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(moduleReferences);
  if (typeof value !== "string") return [];
  return [...value.matchAll(/\{\{([^]*?)\}\}/g)].flatMap(([, formula = ""]) => referencesIn(formula));
}

/** A name with a blank, or anything else but letters and digits, stands in backticks. */
function referencesIn(formula: string): readonly ModuleReference[] {
  const withoutTexts = formula.replaceAll(/"(\\.|[^"\\])*"/g, '""');
  return [...withoutTexts.matchAll(/(?<![\w.`])(\d+)\.(?:`([^`]*)`|([A-Za-z_]\w*))/g)].map(([, id, quoted, plain]) => ({
    id: Number(id),
    field: quoted ?? plain ?? "",
  }));
}
