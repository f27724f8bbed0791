import type { ImageFacts, ImagePython } from "#facts/image/image-facts.js";
import { type PythonCall, type PythonModule, type SyntaxNode, textOf } from "#facts/python/module.js";
import { ancestors, walk } from "#facts/python/syntax.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { runsFunction } from "./shared/runs-function.js";

/** A RUN that needs a card: builders have none. */
export const gpuNeededAtBuild: ImageRule = {
  scope: "image",
  meta: {
    id: "US506",
    name: "gpu-needed-at-build",
    level: "error",
    phase: "build",
    summary: "A RUN uses the GPU, and builders have none.",
    seeds: ["S85"],
    fix: "by-hand",
  },
  *check(image) {
    for (const { command } of image.buildCommands) {
      if (command.name === "nvidia-smi" && stopsBuild(command)) yield needsDriver(command);
    }
    for (const { module, command } of builtCode(image)) {
      const use = stopsBuild(command) ? gpuUse(module) : undefined;
      if (use !== undefined) yield needsCard(use, module, command);
    }
  },
};

const stopsBuild = ({ fate, isConditional }: ShellCommand) => fate.kind === "stops" && !isConditional;

/** Python that RUN steps execute: code on the line, and files of the image. */
function builtCode(image: ImageFacts): readonly { readonly module: PythonModule; readonly command: ShellCommand }[] {
  const files = image.buildCommands.flatMap(({ command }) => {
    const module = scriptOf(command, image.python);
    return module === undefined ? [] : [{ module, command }];
  });
  return [...image.python.embedded.map(({ code, module }) => ({ module, command: code.command })), ...files];
}

function scriptOf({ name, words, workdir }: ShellCommand, python: ImagePython): PythonModule | undefined {
  if (!/^python[\d.]*$/.test(name)) return undefined;
  const script = words.slice(1).find(({ text }) => !text.startsWith("-"));
  if (script === undefined || !script.isKnown || !script.text.endsWith(".py")) return undefined;
  const path = script.text.startsWith("/") ? script.text : `${workdir}/${script.text.replace(/^\.\//, "")}`;
  return python.modules.find(({ imagePath }) => imagePath === path)?.module;
}

/** The first node that fails without a card and that the module runs when it is run. */
function gpuUse(module: PythonModule): SyntaxNode | undefined {
  const call = module.calls.find(
    (each) =>
      !each.isInTry && usesCard(each) && runsFunction(module, each.functionName) && !isGuarded(module, each.node),
  );
  if (call !== undefined || module.tree === undefined) return call?.node;
  return [...walk(module.tree)].find(
    (node) => node.kind === "assert_statement" && /^assert\s+torch\.cuda\.is_available\(\)/.test(textOf(module, node)),
  );
}

/** `torch.device("cuda")` and autocast only name the card. */
function usesCard({ callee, arguments: given }: PythonCall): boolean {
  if (/(?:^|\.)(?:device|autocast|GradScaler|add_argument|get|getenv|print)$/.test(callee)) return false;
  if (callee.endsWith(".cuda") || /^torch\.cuda\.(?:get_device_\w+|init|current_device|set_device)$/.test(callee))
    return true;
  return given.some(({ name, value }) => {
    if (value.kind !== "text" || !/^cuda(?::\d+)?$/.test(value.text)) return false;
    return name === "device" || name === "device_map" || (name === undefined && callee.endsWith(".to"));
  });
}

function isGuarded(module: PythonModule, node: SyntaxNode): boolean {
  return [...ancestors(node)].some(
    (around) =>
      (around.kind === "if_statement" || around.kind === "conditional_expression") &&
      /cuda|gpu|device|__name__/i.test(
        textOf(module, around.children[around.kind === "if_statement" ? 0 : 1] ?? around),
      ),
  );
}

function needsDriver({ location }: ShellCommand): Report {
  return {
    message: "The build stops here: nvidia-smi finds no driver, builders have no GPU.",
    remedy: "Call it when the container starts, or let the build go on without it.",
    at: location,
    confidence: "likely",
  };
}

function needsCard(node: SyntaxNode, module: PythonModule, command: ShellCommand): Report {
  const written = textOf(module, node).replace(/\s+/g, " ").slice(0, 60);
  const { path } = module.source;
  const isOnLine = path === command.location.path;
  const at = isOnLine ? { path, line: node.line } : command.location;
  return {
    message: `The build stops here: \`${written}\` needs a GPU, and builders have none.`,
    remedy: 'Load on the CPU while building (device="cpu"), and move to the card when the worker starts.',
    at,
    confidence: "likely",
    evidence: isOnLine ? [] : [{ statement: `The RUN executes \`${written}\`.`, location: { path, line: node.line } }],
  };
}
