import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";

/** Whether every import that leads to a module is one whose failure its own code provides for. */
export function isOnlyTried(module: ImageModule, { python }: ImageFacts): boolean {
  if (module.reachedBy.length <= 1) return false;
  const imports = python.modules
    .filter((each) => each.isReachable && each !== module)
    .flatMap((importer) =>
      importer.module.imports
        .filter(({ module: name, names }) =>
          [name, ...(names ?? []).map((each) => joined(name, each))].some((wanted) => {
            const found = python.resolveImport(wanted, importer.imagePath);
            return found.kind === "module" && found.module === module;
          }),
        )
        .map(({ isGuarded }) => isGuarded),
    );
  return imports.length > 0 && imports.every((isGuarded) => isGuarded);
}

/** The module that `from a import b` may mean. */
export function joined(moduleName: string, name: string): string {
  return moduleName.endsWith(".") ? `${moduleName}${name}` : `${moduleName}.${name}`;
}
