import { Option, type Command } from "commander";
import type { CliContext } from "#cli/context.js";
import { exitStatusOf } from "#cli/exit-status.js";
import { withProgress } from "#cli/progress.js";
import { addProjectOptions, projectOptions, type ProjectFlags } from "#cli/project-options.js";
import { columnsOf, wantsColor } from "#cli/style.js";
import { planActions } from "#plan/plan-actions.js";
import { renderPlan } from "#reporters/plan-in-words.js";
import { printableJson } from "#reporters/printable.js";

interface PlanFlags extends ProjectFlags {
  readonly format: "human" | "json";
  readonly color: boolean;
}

/** `preflight plan [PATH]`. */
export function addPlanCommand(program: Command, context: CliContext): void {
  const command = program
    .command("plan")
    .summary("say what to do next, in order, with rough hours")
    .description(
      "Turns what is found into ordered next actions: what must, should and could be done, with rough hours.",
    )
    .argument("[path]", "the project's folder, or a Dockerfile (default: this folder)");
  addProjectOptions(command)
    .addOption(new Option("--format <name>", "how it is written").choices(["human", "json"]).default("human"))
    .option("--no-color", "no colours")
    .addHelpText("after", "\nA folder called plan is judged with `preflight ./plan`.")
    .action(async (path: string | undefined, flags: PlanFlags) => {
      const { io } = context;
      const engine = await context.loadEngine();
      const options = await projectOptions(path, flags, io);
      const result = await withProgress(io, "Reading the project ...", () => engine.preflight(options));
      const actions = planActions(result);
      const { verdict } = result.verdict;
      const style = { isColored: wantsColor(io, flags.color), columns: columnsOf(io) };
      io.stdout.write(
        flags.format === "json"
          ? `${printableJson({ schemaVersion: "preflight-plan/1", verdict, actions })}\n`
          : renderPlan(actions, verdict, style),
      );
      context.setStatus(exitStatusOf(verdict));
    });
}
