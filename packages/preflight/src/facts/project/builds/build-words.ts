/** A word of a command; `isKnown` is false when a variable without value is in it. */
export interface BuildWord {
  readonly text: string;
  readonly isKnown: boolean;
}

/** What a build command says, paths as written. */
export interface BuildOptions {
  readonly file: BuildWord | undefined;
  readonly context: BuildWord | undefined;
  readonly tags: readonly string[];
  readonly buildArguments: ReadonlyMap<string, string>;
  readonly targetStage: string | undefined;
}

/**
 * Reads the words of `docker build` and its kin, also behind a function that repeats or logs a command.
 * @returns undefined when the words build nothing.
 */
export function readBuildWords(words: readonly BuildWord[]): BuildOptions | undefined {
  if (silent.has(baseName(words[0]?.text))) return undefined;
  const start = words.findIndex(({ text }) => Object.hasOwn(buildVerbs, baseName(text)));
  const program = baseName(words[start]?.text);
  const verb = buildVerbs[program];
  if (verb === undefined) return undefined;
  const rest = words.slice(start + 1);
  const line = rest.map(({ text }) => text).join(" ");
  const verbLength = verb.exec(line)?.[0]?.split(" ").length;
  if (verbLength === undefined) return undefined;
  return readOptions(rest.slice(program === "executor" ? 0 : verbLength), program);
}

/** They print the command instead of running it. */
const silent: ReadonlySet<string> = new Set(["echo", "printf", "grep", "log", "info", "which", "type", "alias"]);

/** What follows a program's name, from its first word, when it builds an image. */
const buildVerbs: Readonly<Record<string, RegExp>> = {
  docker: /^(?:buildx (?:build|b)|image build|builder build|build)(?= |$)/,
  podman: /^(?:image build|buildx build|build)(?= |$)/,
  nerdctl: /^(?:image build|build)(?= |$)/,
  buildah: /^(?:build-using-dockerfile|build|bud)(?= |$)/,
  depot: /^build(?= |$)/,
  // kaniko has options only.
  executor: /^(?=.*(?:--context|--dockerfile|-c |-f ))\S+/,
};

/** Options that take the next word (docker buildx build, podman build and buildah build reference). */
const valued: ReadonlySet<string> = new Set(
  `-t --tag -f --file --build-arg --target --platform --cache-from --cache-to -o --output --progress --secret --ssh
  --network --label --add-host --builder --build-context --iidfile --metadata-file -m --memory --shm-size --ulimit
  --isolation --annotation --attest --allow --cgroup-parent --cpu-period --cpu-quota -c --cpu-shares --cpuset-cpus
  --cpuset-mems --memory-swap --no-cache-filter --security-opt --creds --authfile --format --jobs -v --volume --runtime
  --userns --ignorefile --env --arch --os --variant --timestamp --retry --project --token --context --dockerfile
  --destination -d --call --sbom --provenance --policy --from --cap-add --cap-drop --device --dns --cert-dir
  --sign-by --manifest --layer-label --unsetenv --build-arg-file`.split(/\s+/),
);

function readOptions(words: readonly BuildWord[], program: string): BuildOptions {
  const isKaniko = program === "executor";
  const tags: string[] = [];
  const buildArguments = new Map<string, string>();
  let file: BuildWord | undefined;
  let context: BuildWord | undefined;
  let targetStage: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as BuildWord;
    if (!word.text.startsWith("-") || word.text === "-") {
      context ??= word;
      continue;
    }
    const [name, inline] = cut(word, "=");
    const value = inline ?? (valued.has(name) ? words[++i] : undefined);
    if (value === undefined) continue;
    if (name === "-f" || name === "--file" || name === "--dockerfile") file = value;
    else if (isKaniko && (name === "-c" || name === "--context")) context = withoutScheme(value);
    else if (name === "-t" || name === "--tag" || name === "--destination") tags.push(value.text);
    else if (name === "--target") targetStage = value.isKnown ? value.text : undefined;
    else if (name === "--build-arg") {
      const [key, argument] = cut(value, "=");
      buildArguments.set(key, argument?.text ?? `$${key}`);
    }
  }
  return { file, context, tags, buildArguments, targetStage };
}

function cut(word: BuildWord, separator: string): readonly [string, BuildWord | undefined] {
  const at = word.text.indexOf(separator);
  if (at === -1) return [word.text, undefined];
  return [word.text.slice(0, at), { text: word.text.slice(at + 1), isKnown: word.isKnown }];
}

function withoutScheme(word: BuildWord): BuildWord {
  return { ...word, text: word.text.replace(/^dir:\/\//, "") };
}

function baseName(text = ""): string {
  return text.slice(text.lastIndexOf("/") + 1);
}
