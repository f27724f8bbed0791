import { startFolder } from "#facts/image/downloads.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { absolutePath, knownText } from "#facts/image/known-text.js";
import { isBelow } from "#facts/image/stage-files.js";
import type { ShellCommand } from "#facts/shell/script.js";
import type { Location } from "#model/location.js";
import { placeOf } from "./fetched-at-start.js";

/** A path that the running image writes to. */
export interface RuntimeWrite {
  readonly path: string;
  readonly location: Location;
}

/** What the running image writes, as far as start commands, literals of the code and downloads tell. */
export function runtimeWrites(image: ImageFacts): readonly RuntimeWrite[] {
  // To make a folder that is there asks for no permission.
  const made = [...madeByCommands(image), ...madeByCode(image)].filter(
    ({ path }) => path !== "/" && image.files.find(path).kind !== "present",
  );
  return [...made, ...fetched(image)];
}

/** Paths among the arguments of a command. */
export function pathArguments({ words, workdir, environment }: ShellCommand): readonly string[] {
  const operands = words.slice(1).filter(({ text, isKnown }) => isKnown && !text.startsWith("-"));
  return operands.flatMap(({ text }) => absolutePath(text, workdir, environment) ?? []);
}

function madeByCommands({ entry }: ImageFacts): readonly RuntimeWrite[] {
  return entry.commands
    .filter(({ name, fate }) => /^(mkdir|touch)$/.test(name) && !(fate.kind === "swallowed" && fate.by.includes("||")))
    .flatMap((command) => pathArguments(command).map((path) => ({ path, location: command.location })));
}

function madeByCode(image: ImageFacts): readonly RuntimeWrite[] {
  const environment = image.runtimeEnvironment;
  const workdir = startFolder(image);
  return image.python.modules
    .filter(({ isReachable }) => isReachable)
    .flatMap(({ module }) =>
      module.calls.flatMap(({ callee, arguments: [first], isInTry, line }) => {
        if (first === undefined || isInTry || !/^os\.(makedirs|mkdir)$/.test(callee)) return [];
        const path = absolutePath(knownText(first.value, module, environment), workdir, environment);
        return path === undefined ? [] : [{ path, location: { path: module.source.path, line } }];
      }),
    );
}

/** Without ENV HOME the caches' default lies in the home of the user, whatever its name. */
function fetched({ downloads }: ImageFacts): readonly RuntimeWrite[] {
  return downloads.flatMap((download) => {
    const path = placeOf(download);
    const isWritten = download.when === "start" && path !== undefined && !isBelow(path, "/root");
    return isWritten ? [{ path, location: download.location }] : [];
  });
}
