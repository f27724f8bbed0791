import { posix } from "node:path";
import { readDataFiles } from "#facts/project/data-files.js";
import { objectOf, textOf } from "#facts/project/data-value.js";
import type { DataFile } from "#facts/project/project-facts.js";
import { readCondaEnvironment, readPyproject } from "#facts/project/python-project.js";
import { normaliseName, parseRequirement, type Requirement } from "#facts/project/requirement.js";
import { type FileRequirement, readRequirements } from "#facts/project/requirements.js";
import type { ShellCommand, ShellWord } from "#facts/shell/script.js";
import type { MappedText } from "#model/mapped-text.js";
import { condaRequirement } from "./conda-packages.js";
import type { PythonInstall, PythonRequirement } from "./image-facts.js";
import type { PipRequest } from "./pip-command.js";

/** Text of a file by its absolute path in the image; undefined: nobody can know. */
export type ReadFile = (path: string) => MappedText | undefined;

/** All that one install asks for, files followed. */
export type RequestedPython = Pick<
  PythonInstall,
  "requirements" | "unreadRequirements" | "projects" | "indexes" | "options"
> & {
  /** True when it also installs what nobody can name. */
  readonly isOpen: boolean;
};

/** Follows `-r`, `-c`, project folders and environment files of an install. */
export function requestedPython(request: PipRequest, command: ShellCommand, read: ReadFile): RequestedPython {
  const found = new Found(read);
  for (const word of request.requirements) found.addWord(word, request, command);
  for (const word of request.requirementFiles) found.addFile(pathOf(word, command.workdir) ?? word.text, request);
  for (const word of request.constraintFiles) found.addFile(pathOf(word, command.workdir) ?? word.text, request, true);
  for (const { folder, isEditable } of request.projects) {
    const [, written, extras = ""] = /^([^[]*)(?:\[([^\]]*)\])?$/.exec(folder?.text ?? ".") ?? [];
    const path = pathOf({ text: written ?? ".", isKnown: folder?.isKnown ?? true }, command.workdir);
    found.addProject(
      path,
      isEditable,
      extras.split(",").map((extra) => normaliseName(extra.trim())),
    );
  }
  return {
    requirements: found.constrained(),
    unreadRequirements: found.unread,
    projects: found.projects,
    indexes: [...request.indexes.map((word) => word.text), ...found.indexes],
    options: new Set([...request.options, ...found.options]),
    isOpen: found.isOpen || found.unread.length > 0,
  };
}

/** Files and projects of one install as they are followed. Each file is read once, so that a circle ends. */
class Found {
  readonly unread: string[] = [];
  readonly projects: { readonly path: string; readonly isEditable: boolean }[] = [];
  readonly indexes: string[] = [];
  readonly options = new Set<string>();
  isOpen = false;
  readonly #read: ReadFile;
  readonly #requirements: PythonRequirement[] = [];
  readonly #constraints = new Map<string, string>();
  readonly #seen = new Set<string>();

  constructor(read: ReadFile) {
    this.#read = read;
  }

  /** Constraints give a version to requirements that name none. */
  constrained(): readonly PythonRequirement[] {
    return this.#requirements.map((each) =>
      each.specifier === "" ? { ...each, specifier: this.#constraints.get(each.name) ?? "" } : each,
    );
  }

  addWord(word: ShellWord, request: PipRequest, command: ShellCommand): void {
    const requirement = request.tool === "conda" ? condaRequirement(word.text) : pipRequirement(word.text);
    if (requirement === undefined) {
      // A marker such as `; sys_platform == "win32"` leaves a requirement out: nothing is unknown about it.
      this.isOpen ||= !word.text.includes(";");
      return;
    }
    const location = { path: command.location.path, line: word.line };
    this.#add([{ ...requirement, location }], undefined);
  }

  addFile(start: string, request: PipRequest, isConstraintFile = false): void {
    const queue = [{ path: start, isConstraint: isConstraintFile }];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { isConstraint } = next;
      if (this.#seen.has(next.path)) continue;
      this.#seen.add(next.path);
      const text = this.#read(next.path);
      if (text === undefined) {
        if (!isConstraint) this.unread.push(next.path);
      } else if (request.tool === "conda") this.#addCondaFile(text);
      else {
        const file = readRequirements(text.path, text.text);
        const lines = linesOf(text);
        const requirements = file.requirements.map((each) => ({
          ...each,
          location: { path: text.path, line: lines[each.location.line - 1] ?? each.location.line },
        }));
        if (isConstraint) for (const each of requirements) this.#constraints.set(each.name, each.specifier);
        else this.#add(requirements, text.path);
        const folder = posix.dirname(next.path);
        queue.push(
          ...file.nested.map((each) => ({
            path: /^https?:/.test(each.path) ? each.path : posix.resolve(folder, each.path),
            isConstraint: each.isConstraint || isConstraint,
          })),
        );
        for (const { path, isEditable } of file.projects) this.addProject(posix.resolve(folder, path), isEditable, []);
        this.indexes.push(...file.indexes);
        for (const option of file.options) this.options.add(option);
      }
    }
  }

  addProject(path: string | undefined, isEditable: boolean, extras: readonly string[]): void {
    if (path === undefined) {
      this.isOpen = true;
      return;
    }
    this.projects.push({ path, isEditable });
    if (this.#seen.has(`project:${path}`)) return;
    this.#seen.add(`project:${path}`);
    const text = this.#read(posix.join(path, "pyproject.toml"));
    const file = text === undefined ? undefined : dataFile(text);
    const project = objectOf(objectOf(file?.value)["project"]);
    const poetry = objectOf(objectOf(objectOf(file?.value)["tool"])["poetry"]);
    const name = textOf(project["name"]) ?? textOf(poetry["name"]);
    const dynamic = project["dynamic"];
    if (file === undefined || name === undefined || (Array.isArray(dynamic) && dynamic.includes("dependencies"))) {
      this.isOpen = true;
    }
    if (file === undefined) return;
    const { requirements, optional } = readPyproject(file);
    this.#add(requirements, file.path);
    for (const [extra, named] of optional) {
      if (extras.includes(extra) || extras.includes("*")) this.#add(named, file.path);
    }
    if (name === undefined) return;
    const location = { path: file.path, line: file.lineOf(["project", "name"]) };
    const own = {
      name: normaliseName(name),
      specifier: "",
      extras: [],
      url: `file://${path}`,
      written: name,
      location,
    };
    this.#add([own], file.path);
  }

  #addCondaFile(text: MappedText): void {
    const file = /\.ya?ml$/.test(text.path) ? dataFile(text) : undefined;
    if (file === undefined) {
      this.isOpen = true;
      return;
    }
    const { conda, pip } = readCondaEnvironment(file);
    const mapped = conda.map((each) => ({ ...(condaRequirement(each.written) ?? each), location: each.location }));
    this.#add([...mapped, ...pip], file.path);
  }

  #add(requirements: readonly FileRequirement[], requirementsFile: string | undefined): void {
    // A URL without a name installs something that nobody can name.
    this.isOpen ||= requirements.some((each) => each.name === "");
    for (const each of requirements) this.#requirements.push({ ...each, requirementsFile });
  }
}

/** A requirement, or a wheel or archive by its path. */
function pipRequirement(text: string): Requirement | undefined {
  const isArchive = /^[^*?\s]*\.(whl|zip|tar\.gz|tar\.bz2|tgz)$/.test(text) && !/^\w+:|@/.test(text);
  return parseRequirement(isArchive ? `file:///${text.replace(/^\/+/, "")}` : text);
}

/** Lines of the file that holds the text, by line of the text: a here-document starts somewhere in its file. */
function linesOf(text: MappedText): readonly number[] {
  let offset = 0;
  return text.text.split("\n").map((line) => {
    const start = offset;
    offset += line.length + 1;
    return text.lineAt(start);
  });
}

function dataFile({ path, text }: MappedText): DataFile | undefined {
  const file = { path, kind: "file", text, byteLength: text.length, isExecutable: false } as const;
  return readDataFiles(new Map([[path, { ...file, linkTarget: undefined, gitState: "unknown" }]])).get(path);
}

function pathOf(word: Pick<ShellWord, "text" | "isKnown">, workdir: string | undefined): string | undefined {
  if (!word.isKnown) return undefined;
  if (posix.isAbsolute(word.text)) return posix.resolve(word.text);
  return workdir === undefined || /^https?:/.test(word.text) ? undefined : posix.resolve(workdir, word.text);
}
