import { posix } from "node:path";
import type { PythonModule } from "#facts/python/module.js";
import { readPython } from "#facts/python/read-python.js";
import { isStandardLibrary } from "#facts/python/standard-library.js";
import { broughtBy, distributionsOfModule, type BaseImage } from "#knowledge/index.js";
import type { MappedText } from "#model/mapped-text.js";
import type {
  CloneFacts,
  EntryFacts,
  ImageModule,
  ImagePython,
  InstalledFacts,
  RunFacts,
  VirtualFiles,
} from "./image-facts.js";
import { locateModule } from "./locate-module.js";
import { once } from "#model/once.js";
import { pythonVersionOf } from "./python-version.js";
import { type PythonStart, type Reached, reachModules, relativeFolder } from "./reach-modules.js";
import { isBelow } from "./stage-files.js";

/** What the Python world of an image is made of. */
export interface ImagePythonOptions {
  readonly files: VirtualFiles;
  readonly entry: EntryFacts;
  readonly runs: readonly RunFacts[];
  readonly installed: InstalledFacts;
  readonly clones: readonly CloneFacts[];
  readonly base: BaseImage | undefined;
  readonly runtimeEnvironment: ReadonlyMap<string, string>;
  /** WORKDIR of the running image. */
  readonly workdir: string;
}

/** Finds the Python files of an image, which of them its start commands reach, and what an import means in it. */
export function readImagePython(options: ImagePythonOptions): ImagePython {
  const { files, entry, installed, runtimeEnvironment, workdir } = options;
  const version = once(() => pythonVersionOf(options));
  const parse = (source: MappedText): PythonModule => {
    const known = version();
    return readPython(source, known === undefined ? {} : { version: known });
  };
  const searchPath = once(() => [
    ...pythonPath(runtimeEnvironment, workdir),
    ...installed.python.flatMap(({ projects }) => projects.filter((each) => each.isEditable).flatMap(sourceFolders)),
  ]);
  // A project that is installed without `-e` is copied into site-packages: its modules are found by the same names.
  const importable = once(() => [
    ...searchPath(),
    ...installed.python.flatMap(({ projects }) => projects.filter((each) => !each.isEditable).flatMap(sourceFolders)),
  ]);
  const modules: () => readonly ImageModule[] = once(() =>
    pythonFiles(files, parse, (path) => reached().get(path)?.chain ?? []),
  );
  const byPath = once(() => new Map(modules().map((module) => [module.imagePath, module])));
  const reached: () => ReadonlyMap<string, Reached> = once(() =>
    reachModules(startsOf(entry, parse, workdir, importable()), {
      files,
      environment: runtimeEnvironment,
      moduleAt: (path) => byPath().get(path)?.module,
    }),
  );
  const embedded = once(() =>
    options.runs.flatMap((run) =>
      run.script.embedded.map((code) => {
        const module = once(() => parse(code.code));
        return {
          code,
          run,
          get module() {
            return module();
          },
        };
      }),
    ),
  );

  return {
    get version() {
      return version();
    },
    get modules() {
      return modules();
    },
    get unreadPaths() {
      return [...reached().keys()].filter((path) => !byPath().has(path));
    },
    get searchPath() {
      return searchPath();
    },
    get embedded() {
      return embedded();
    },
    resolveImport(moduleName, fromImagePath) {
      const relative = relativeFolder(moduleName, fromImagePath);
      const roots =
        relative === undefined
          ? (reached().get(fromImagePath)?.searchPath ?? [posix.dirname(fromImagePath), ...importable()])
          : [relative];
      const name = moduleName.replace(/^\.+/u, "");
      if (name === "") return { kind: "folder" };
      const found = locateModule(name, roots, files);
      if (found?.kind === "file") {
        const module = byPath().get(found.path);
        return module === undefined
          ? { kind: "unknown", because: `the text of ${found.path} is not known` }
          : { kind: "module", module };
      }
      if (found?.kind === "missing") return { kind: "absent" };
      const outside = relative === undefined ? outsideOf(name, options) : undefined;
      if (outside !== undefined) return { kind: outside };
      if (found?.kind === "folder") return { kind: "folder" };
      if (found?.kind === "unknown") {
        const isCloned = options.clones.some(({ folder }) => folder !== undefined && isBelow(found.path, folder));
        return isCloned ? { kind: "clone" } : { kind: "unknown", because: found.because };
      }
      if (relative === undefined && installed.isOpen) {
        return { kind: "unknown", because: "the image holds packages that its files do not name" };
      }
      return { kind: "absent" };
    },
  };
}

/** The standard library, a distribution that the build installs, or one of the base image. */
function outsideOf(
  name: string,
  { installed, base }: ImagePythonOptions,
): "standard-library" | "distribution" | "base-image" | undefined {
  const top = name.split(".")[0] ?? name;
  if (isStandardLibrary(top)) return "standard-library";
  const named = [...distributionsOfModule(name), ...distributionsOfModule(top)];
  const candidates = named.length > 0 ? named : [top.toLowerCase().replaceAll("_", "-")];
  const all = candidates.flatMap((distribution) => [distribution, ...broughtBy(distribution)]);
  if (all.some((distribution) => installed.distributions.has(distribution))) return "distribution";
  if (named.length === 0 && hasPartOf(candidates, installed)) return "distribution";
  return all.some((distribution) => base?.distributions.has(distribution)) ? "base-image" : undefined;
}

/** `opentelemetry` is shared by `opentelemetry-distro` and many more; `piper` comes with `piper-tts`. */
function hasPartOf(names: readonly string[], { distributions }: InstalledFacts): boolean {
  return [...distributions.keys()].some((each) => names.some((name) => each.startsWith(`${name}-`)));
}

function pythonFiles(
  files: VirtualFiles,
  parse: (source: MappedText) => PythonModule,
  chainOf: (path: string) => readonly string[],
): readonly ImageModule[] {
  return files.paths.flatMap(({ path, origin }) => {
    if (!path.endsWith(".py") || origin.kind === "linked") return [];
    const source = files.textOf(path);
    if (source === undefined) return [];
    const module = once(() => parse(source));
    const chain = once(() => chainOf(path));
    return {
      imagePath: path,
      // A file that a step writes has its text in the Dockerfile or in a shell script.
      projectPath: source.path.endsWith(".py") ? source.path : undefined,
      get module() {
        return module();
      },
      get isReachable() {
        return chain().length > 0;
      },
      get reachedBy() {
        return chain();
      },
    };
  });
}

function startsOf(
  entry: EntryFacts,
  parse: (source: MappedText) => PythonModule,
  workdir: string,
  importable: readonly string[],
): readonly PythonStart[] {
  const around = (command: EntryFacts["commands"][number]): Omit<PythonStart, "what"> => {
    const folder = command.workdir ?? workdir;
    const assigned = command.assignments.filter(({ name }) => name === "PYTHONPATH").map(({ value }) => value.text);
    const environment = new Map([...command.environment, ...assigned.map((text) => ["PYTHONPATH", text] as const)]);
    return { workdir: folder, searchPath: [...pythonPath(environment, folder), ...importable], chain: [] };
  };
  return [
    ...entry.pythonFiles.map(({ path, command }) => ({ what: { kind: "file", path } as const, ...around(command) })),
    ...entry.pythonModules.map(({ name, command }) => ({
      what: { kind: "module", name } as const,
      ...around(command),
    })),
    ...entry.embedded.map(({ code, command }) => ({
      what: { kind: "code", module: parse(code) } as const,
      ...around(command),
    })),
  ];
}

/** Folders of PYTHONPATH; an empty part is the working folder, one with an unset variable is left out. */
function pythonPath(environment: ReadonlyMap<string, string>, workdir: string): readonly string[] {
  const written = environment.get("PYTHONPATH");
  if (written === undefined) return [];
  return written
    .split(":")
    .filter((part) => part !== "" && !part.includes("$"))
    .map((part) => posix.resolve("/", workdir, part));
}

/** A project's import roots: its folder, and `src` below it (setuptools, "flat" and "src" layout). */
function sourceFolders({ path }: { readonly path: string }): readonly string[] {
  return [path, posix.join(path, "src")];
}
