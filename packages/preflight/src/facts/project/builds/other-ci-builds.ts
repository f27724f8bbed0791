import { listOf, objectOf, textOf } from "#facts/project/data-value.js";
import type { BuildCommand, DataFile } from "#facts/project/project-facts.js";
import { projectPath, projectRoot } from "#facts/project/project-shell.js";
import { placeOf } from "./build-place.js";
import { readBuildWords } from "./build-words.js";
import { type BuildSources, shellBuilds } from "./shell-builds.js";
import { dataLines } from "./data-text.js";

/** The builds of a `.gitlab-ci.yml`: each job's `before_script` and `script` are one script. */
export function gitlabBuilds(sources: BuildSources, file: DataFile): readonly BuildCommand[] {
  return Object.entries(objectOf(file.value)).flatMap(([name, job]) =>
    ["before_script", "script"].flatMap((key) => {
      const written = objectOf(job)[key];
      const lines = (typeof written === "string" ? [written] : listOf(written)).map((line) => textOf(line) ?? "");
      const script = dataLines(file, sources.files.get(file.path), [name, key], lines);
      return shellBuilds(sources, script, "ci");
    }),
  );
}

/** The builds of a `cloudbuild.yaml`: steps whose image is a builder, with its words as `args`. */
export function cloudBuilds(file: DataFile): readonly BuildCommand[] {
  return listOf(objectOf(file.value)["steps"]).flatMap((value, i) => {
    const step = objectOf(value);
    const program = (textOf(step["name"]) ?? "").split(":", 1)[0] ?? "";
    const name = program.includes("kaniko") ? "executor" : program;
    const words = [name, ...listOf(step["args"]).map((word) => textOf(word) ?? "")].map((text) => ({
      text: text.replace(/^(dir:\/\/)?\/workspace(?=\/|$)/, projectRoot),
      isKnown: !text.includes("$"),
    }));
    const options = readBuildWords(words);
    if (options === undefined) return [];
    return [
      {
        location: { path: file.path, line: file.lineOf(["steps", i]) },
        source: "ci",
        ...placeOf(projectPath("", textOf(step["dir"]) ?? "."), options),
        tags: options.tags,
        buildArguments: options.buildArguments,
        targetStage: options.targetStage,
        written: words
          .map(({ text }) => text)
          .join(" ")
          .slice(0, 300),
      },
    ];
  });
}
