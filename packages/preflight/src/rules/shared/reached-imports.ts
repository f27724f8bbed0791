import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import type { PythonImport } from "#facts/python/module.js";
import type { Location } from "#model/location.js";

/** An import that a start command leads to. */
export interface ReachedImport {
  readonly module: ImageModule;
  readonly import: PythonImport;
  readonly at: Location;
}

/** Absolute imports of the modules that a start command reaches, those with a fallback left out. */
export function reachedImports({ python }: ImageFacts): readonly ReachedImport[] {
  return python.modules
    .filter((module) => module.isReachable)
    .flatMap((module) =>
      module.module.imports
        .filter((each) => !each.isGuarded && !each.module.startsWith("."))
        .map((each) => ({
          module,
          import: each,
          at: { path: module.projectPath ?? module.module.source.path, line: each.line },
        })),
    );
}
