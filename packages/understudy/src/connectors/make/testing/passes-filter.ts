import type { BlueprintFilter } from "#connectors/make/blueprint.js";

/** What modules gave out, by their ids. */
export type Bundles = Readonly<Record<number, Readonly<Record<string, string>>>>;

/** Whether Make.com goes on, as far as texts are compared. What is not there is an empty text. */
export function passesFilter({ conditions }: BlueprintFilter, bundles: Bundles): boolean {
  const valueOf = (text: string): string =>
    text.replaceAll(/\{\{(\d+)\.`?([^`}]+)`?\}\}/g, (_, id: string, name: string) => bundles[Number(id)]?.[name] ?? "");
  return conditions.some((all) =>
    all.every(({ a, o, b = "" }) => {
      if (o === "text:equal") return valueOf(a) === valueOf(b);
      if (o === "text:notequal") return valueOf(a) !== valueOf(b);
      throw new Error(`${o} is not known here.`);
    }),
  );
}
