import type { ImageFacts, PythonInstall, PythonRequirement } from "#facts/image/image-facts.js";

/** One time that the final image asks for a distribution. */
export interface PythonAsk {
  readonly install: PythonInstall;
  readonly requirement: PythonRequirement;
}

/** Each time that the final image asks for one of these distributions, in order. */
export function pythonAsks({ installed }: ImageFacts, ...names: readonly string[]): readonly PythonAsk[] {
  return installed.python
    .filter((install) => install.isInFinalImage)
    .flatMap((install) =>
      install.requirements
        .filter((requirement) => names.includes(requirement.name))
        .map((requirement) => ({ install, requirement })),
    );
}

/** Whether pip is told to take newer versions than those that are there. */
export function isUpgrade({ options }: PythonInstall): boolean {
  return ["-U", "--upgrade", "--force-reinstall", "-I", "--ignore-installed"].some((option) => options.has(option));
}
