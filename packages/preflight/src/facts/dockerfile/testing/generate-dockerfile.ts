/** Makes a Dockerfile of everything that the grammar allows; the same seed gives the same file. */
export function generateDockerfile(seed: number): string {
  const random = randomNumbers(seed);
  const pick = <T>(choices: readonly [T, ...T[]]): T => choices[Math.floor(random() * choices.length)] ?? choices[0];
  const chance = (share: number): boolean => random() < share;
  const keyword = (word: string): string => (chance(0.15) ? word.toLowerCase() : word);

  const makers: readonly [() => string, ...(() => string)[]] = [
    () => `${keyword("RUN")} ${continued(["apt-get update", "&& apt-get install -y git", "&& echo 'it is'", "done"])}`,
    () => `${keyword("RUN")} --mount=type=cache,target=/root/.cache pip install "torch>=2.4"`,
    () => `RUN ["python", "-c", "print(1)"]`,
    () => heredoc("RUN", pick(["", "python3 ", "cat > /x "]), ""),
    () => heredoc("COPY", "", " /app/config.yaml"),
    () => `COPY ${pick(["", "--from=0 ", "--chown=1:1 --link "])}${continued(["a.py", "b.py", "/app/"])}`,
    () => `ADD ["a b.txt", "/data/"]`,
    () => `ENV ${continued(["A=1", 'B="two words"', "C=$A"])}`,
    () => `${keyword("ENV")} NAME all the rest`,
    () => `ONBUILD ${keyword("COPY")} . /app`,
    () => `ARG VERSION=${pick(["1", '"1 2"', "a\\ b"])}`,
    () => `WORKDIR /app`,
    () => `${keyword("LABEL")} a=b "c"="d e"`,
    () => `HEALTHCHECK --interval=5s CMD curl -f http://localhost || exit 1`,
    () => `EXPOSE 8000 9000/udp`,
    () => `VOLUME ${pick(['["/a", "/b"]', "/a /b"])}`,
    () => `# a comment${pick(["", " \\", " with RUN in it"])}`,
    () => "",
    () => "   ",
  ];
  const lines = [pick(["# syntax=docker/dockerfile:1", "# a comment", ""]), `${keyword("FROM")} base AS first`];
  for (let count = 3 + Math.floor(random() * 12); count > 0; count--) lines.push(pick(["", "", "  "]) + pick(makers)());
  lines.push(`${keyword("CMD")} ${pick(['["python", "handler.py"]', "python handler.py"])}`);
  return lines.join(pick(["\n", "\n", "\r\n"])) + pick(["", "\n"]);

  /** Words over several lines, with comments and blank tails between. */
  function continued(words: readonly string[]): string {
    const newLine = () => ` \\${pick(["", "", "  "])}\n${chance(0.2) ? "  # between\n" : ""}${pick(["", "    "])}`;
    return words.map((word, index) => (index === 0 ? "" : chance(0.6) ? newLine() : " ") + word).join("");
  }

  function heredoc(name: string, before: string, after: string): string {
    const tabs = pick(["", "-"]);
    const quote = pick(["", "'", '"']);
    const body = ["import os", "FROM x", "# text", "RUN y \\", ""].filter(() => chance(0.6)).map((line) => `${line}\n`);
    return `${name} ${before}<<${tabs}${quote}EOF${quote}${after}\n${body.join("")}${tabs === "-" ? "\t" : ""}EOF`;
  }
}

/** Mulberry32: numbers from 0 to 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
