import type { ImageRule } from "./rule.js";
import { removeRequirement } from "./shared/edit-requirement.js";
import { reachedImports } from "./shared/reached-imports.js";

/** Demo pages, notebooks and training logs in a worker that never opens one: pull time for nothing. */
export const heavyExtras: ImageRule = {
  scope: "image",
  meta: {
    id: "US321",
    name: "heavy-extras",
    level: "note",
    phase: "build",
    summary: "A worker's image installs demo, notebook or training packages that its code never imports.",
    seeds: ["S25"],
    fix: "auto",
  },
  *check(image) {
    if (image.purpose !== "worker") return;
    const imported = new Set(reachedImports(image).map(({ import: { module } }) => module.split(".")[0]));
    const started = new Set(image.entry.commands.map(({ name }) => name.split("-")[0]));
    for (const { name, purpose } of extras) {
      const requirement = image.installed.distributions.get(name);
      const module = name.replaceAll("-", "_");
      const isUsed = imported.has(module) || started.has(name) || (purpose === notebooks && started.has("jupyter"));
      if (requirement === undefined || isUsed) continue;
      // Code of a clone is not read: it may import them.
      const hasClone = image.clones.some(({ isInFinalImage }) => isInFinalImage);
      const fix = hasClone ? undefined : removeRequirement(image, requirement, `Leave ${name} out`);
      yield {
        message: `${name} (${purpose}) is installed, and none of the worker's own code imports it: every cold start pulls it.`,
        remedy: `Leave ${name} out of the worker's image.`,
        at: requirement.location,
        confidence: hasClone ? "possible" : "likely",
        ...(fix === undefined ? {} : { fix }),
      };
    }
  },
  lookedAt: ({ installed: { distributions } }) => (distributions.size === 0 ? "" : `${distributions.size} packages`),
};

const notebooks = "notebooks";

const extras: readonly { readonly name: string; readonly purpose: string }[] = [
  { name: "gradio", purpose: "demo pages" },
  { name: "streamlit", purpose: "demo pages" },
  { name: "wandb", purpose: "training logs" },
  { name: "tensorboard", purpose: "training logs" },
  { name: "jupyter", purpose: notebooks },
  { name: "jupyterlab", purpose: notebooks },
  { name: "notebook", purpose: notebooks },
  { name: "ipykernel", purpose: notebooks },
];
