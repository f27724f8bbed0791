import pc from "picocolors";
import type { VerdictWord } from "#model/verdict.js";
import { hoursInWords, sumHours } from "#plan/hours.js";
import { priorities, type PlannedAction } from "#plan/plan-actions.js";
import type { HumanStyle } from "./human.js";
import { cut, printable } from "./printable.js";
import { wrap } from "./wrap.js";

/** The plan for people: numbered through, grouped by priority, with rough hours. */
export function renderPlan(
  actions: readonly PlannedAction[],
  verdict: VerdictWord,
  style: Pick<HumanStyle, "isColored" | "columns">,
): string {
  const color = pc.createColors(style.isColored);
  const groups = priorities.flatMap((priority) => {
    const own = actions.filter((action) => action.priority === priority);
    if (own.length === 0) return [];
    const time = hoursInWords(sumHours(own.map(({ hours }) => hours)));
    const lines = own.map((action) => actionText(action, actions.indexOf(action) + 1, style.columns, color));
    return [`${color.bold(priority)}  ${color.dim(`about ${time}`)}\n\n${lines.join("\n")}`];
  });
  return `${[`${color.bold(verdict)}`, ...groups].join("\n\n")}\n`;
}

function actionText(
  { title, places, fixable, hours, command, ruleId }: PlannedAction,
  number: number,
  columns: number,
  color: ReturnType<typeof pc.createColors>,
): string {
  const width = Math.min(Math.max(columns, 40), 110) - 6;
  const [first = "", ...rest] = wrap(printable(title), width);
  const about = [ruleId, hoursInWords(hours), ...(fixable > 0 ? [`${fixable} of ${places.length} by --fix`] : [])];
  const where = places.length > 3 ? [...places.slice(0, 3), `and ${places.length - 3} more`] : places;
  return [
    `${String(number).padStart(4)}  ${first}`,
    ...rest.map((line) => `      ${line}`),
    color.dim(`      ${about.filter(Boolean).join(", ")}`),
    ...where.map((place) => color.dim(`      ${cut(printable(place), width)}`)),
    // A command is there to be copied: it is never broken.
    ...(command === undefined || ruleId !== undefined ? [] : [`      $ ${printable(command)}`]),
  ].join("\n");
}
