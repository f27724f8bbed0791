import type { ImageFacts } from "#facts/image/image-facts.js";
import { baseNameOf } from "#facts/project/project-path.js";
import type { PythonModule } from "#facts/python/module.js";

/** Whether a RUN step executes Python code of the project that fetches weights under names that only the code knows. */
export function bakesUnnamed({ buildCommands, python, context, project }: ImageFacts): boolean {
  const scripts = buildCommands.flatMap(({ command: { name, words } }) =>
    /^python[\d.]*$/.test(name) ? words.map(({ text }) => text).filter((text) => text.endsWith(".py")) : [],
  );
  const modules = scripts.flatMap((script) => {
    const path = [...context.files.keys()].find((each) => baseNameOf(each) === baseNameOf(script));
    return path === undefined
      ? []
      : (project.pythonModule(context.folder === "" ? path : `${context.folder}/${path}`) ?? []);
  });
  return [...modules, ...python.embedded.map(({ module }) => module)].some(fetchesUnnamed);
}

function fetchesUnnamed({ calls }: PythonModule): boolean {
  return calls.some(({ callee, arguments: given }) => {
    const [first] = given;
    return loader.test(callee) && first !== undefined && first.value.kind !== "text";
  });
}

const loader = /(?:^|\.)(?:snapshot_download|hf_hub_download|download_model|from_pretrained|load_model|WhisperModel)$/;
