import { describe, expect, it } from "vitest";
import type { Dockerfile } from "./dockerfile.js";
import { parseDockerfile } from "./parse-dockerfile.js";

describe("parseDockerfile", () => {
  it("joins continued lines with nothing and keeps the line of each character", () => {
    const [, run] = parse("FROM a", "RUN one \\", "  # between", "", "  two").instructions;
    expect(run?.arguments.text).toBe("one   two");
    expect([run?.line, run?.endLine]).toEqual([2, 5]);
    expect(run?.arguments.lineAt(run.arguments.text.indexOf("two"))).toBe(5);
  });

  it("does not take a doubled escape character for a continuation", () => {
    expect(summary(parse("FROM a", "RUN echo \\\\", "CMD b"))).toEqual(["FROM 1-1", "RUN 2-2", "CMD 3-3"]);
  });

  it("honours the escape directive and reads no directive behind another line", () => {
    const windows = parse("# syntax=docker/dockerfile:1", "#escape=`", "FROM a", "RUN b `", "  c");
    expect(windows.escape).toBe("`");
    expect(windows.directives.get("syntax")).toEqual({ value: "docker/dockerfile:1", line: 1 });
    expect(windows.instructions.at(-1)?.endLine).toBe(5);
    expect(parse("", "# escape=`", "FROM a").escape).toBe("\\");
    expect(parse("FROM a", "# escape=`").directives.size).toBe(0);
  });

  it("refuses a repeated directive and a strange escape character", () => {
    expect(kinds(parse("# escape=\\", "# escape=`", "FROM a"))).toEqual(["bad-arguments 2-2"]);
    expect(kinds(parse("# escape=x", "FROM a"))).toEqual(["bad-arguments 1-1"]);
  });

  it("reads flags, quoted ones too, until -- or the first other word", () => {
    const [, run, copy] = parse(
      "FROM a",
      'RUN --mount=type=cache,target="/a b" --network=none pip --version',
      "COPY --link -- --odd /b",
    ).instructions;
    expect(run?.flags).toEqual([
      { name: "mount", value: "type=cache,target=/a b", line: 2 },
      { name: "network", value: "none", line: 2 },
    ]);
    expect(run?.arguments.text).toBe("pip --version");
    expect(copy?.flags).toEqual([{ name: "link", value: undefined, line: 3 }]);
    expect(copy?.arguments.text).toBe("--odd /b");
  });

  it("reads the JSON form, and the shell form where the JSON is not valid", () => {
    const file = parse("FROM a", 'CMD ["a", "b"]', "CMD ['a']", 'CMD ["a"] # b', 'HEALTHCHECK CMD ["c"]');
    expect(file.instructions.map(({ exec }) => exec)).toEqual([undefined, ["a", "b"], undefined, undefined, ["c"]]);
    expect(kinds(file)).toEqual([]);
    expect(kinds(parse("FROM a", 'CMD ["a", ["b"]]'))).toEqual(["bad-arguments 2-2"]);
  });

  it("reads here-documents: several on a line, quoted, with tabs stripped, with a blank", () => {
    const [, run, copy] = parse(
      "FROM a",
      "RUN <<-A cat <<'B' - && true",
      "\tone",
      "\tA",
      "\ttwo $X",
      "B",
      "COPY << EOF /x",
      "three",
      "EOF",
    ).instructions;
    const [first, second] = run?.heredocs ?? [];
    expect(first).toMatchObject({
      name: "A",
      isExpanded: true,
      stripsTabs: true,
      hasBlank: false,
      line: 2,
      endLine: 4,
    });
    expect(first?.content.text).toBe("one\n");
    expect(second).toMatchObject({ name: "B", isExpanded: false, stripsTabs: false, endLine: 6 });
    expect(second?.content.text).toBe("\ttwo $X\n");
    expect(second?.content.lineAt(0)).toBe(5);
    expect(copy?.heredocs[0]).toMatchObject({ name: "EOF", hasBlank: true, line: 7, endLine: 9 });
  });

  it("takes neither <<< nor << inside a word, nor the JSON form, for a here-document", () => {
    const file = parse("FROM a", "RUN cat <<< b", "RUN echo $((1<<2))", "RUN echo 'a <<B'", 'RUN ["a", "<<B"]');
    expect(file.instructions.flatMap(({ heredocs }) => heredocs)).toEqual([]);
    expect(kinds(file)).toEqual([]);
  });

  it("unwraps ONBUILD and refuses the triggers that BuildKit refuses", () => {
    const file = parse("FROM a", "ONBUILD copy --link . /b", "ONBUILD FROM c", "ONBUILD ONBUILD RUN d");
    expect(file.instructions[1]).toMatchObject({ keyword: "COPY", isOnbuild: true, flags: [{ name: "link" }] });
    expect(kinds(file)).toEqual(["bad-arguments 3-3", "bad-arguments 4-4"]);
  });

  it("reads CRLF, a byte order mark and lower case", () => {
    const file = parseDockerfile("Dockerfile", "\uFEFFfrom a\r\nrun b \\\r\n  c\r\n");
    expect(summary(file)).toEqual(["FROM 1-1", "RUN 2-3"]);
    expect(file.instructions[1]?.arguments.text).toBe("b   c");
    expect(file.lines).toEqual(["from a", "run b \\", "  c"]);
  });

  it("reads a RUN of 5,000 lines and still knows its last line", () => {
    const words = Array.from({ length: 5000 }, (_, index) => `word${index} \\`);
    const run = parse("FROM a", "RUN \\", ...words, "end").instructions[1];
    expect(run?.arguments.lineAt(run.arguments.text.length - 1)).toBe(5003);
  });

  it("says one thing of text that an open quote turns into instructions", () => {
    const file = parse(
      "FROM a",
      'RUN python -c "',
      "from x import y",
      "import os",
      "user = 1",
      'print(os)"',
      "CMD b",
      "BOGUS c",
    );
    expect(kinds(file)).toEqual(["bad-arguments 3-6", "unknown-instruction 8-8"]);
    expect(summary(file)).toEqual(["FROM 1-1", "RUN 2-2", "CMD 7-7"]);
    expect(file.problems[0]?.message).toContain("line 2");
  });

  it("names the first misread line of an ENV with an open quote, not the ENV too", () => {
    expect(kinds(parse("FROM a", 'ENV X="one', 'two"', "CMD b"))).toEqual(["unknown-instruction 3-3"]);
    expect(kinds(parse("FROM a", 'ENV X="one', "CMD b"))).toEqual(["unterminated-quote 2-2"]);
  });

  it.each([
    ["RUN <<EOF\nbody", "unterminated-heredoc 2-3"],
    ["COPY a", "missing-arguments 2-2"],
    ["WORKDIR", "missing-arguments 2-2"],
    ["ENV NAME", "missing-arguments 2-2"],
    ["ENV A=1 B", "bad-arguments 2-2"],
    ["ENV A=${B:=c}", "bad-arguments 2-2"],
    ["COPY --form=a b c", "bad-arguments 2-2"],
    ["COPY --from a b c", "bad-arguments 2-2"],
    ["SHELL /bin/bash -c", "bad-arguments 2-2"],
    ["HEALTHCHECK CONNECT x", "bad-arguments 2-2"],
    ["FROM a b", "bad-arguments 2-2"],
    ["FROM a AS 1b", "bad-arguments 2-2"],
    ["COPY a <<EOF\nEOF", "bad-arguments 2-3"],
  ])("refuses %j", (text, expected) => {
    expect(kinds(parse("FROM a", text))).toEqual([expected]);
  });

  it.each(["RUN", "CMD", "RUN echo 'it", "ARG A B=c", "LABEL a b", "HEALTHCHECK NONE", "STOPSIGNAL 9"])(
    "accepts %j",
    (text) => {
      expect(kinds(parse("FROM a", text))).toEqual([]);
    },
  );

  it("needs instructions, a FROM, and nothing but ARG before it", () => {
    expect(kinds(parse("# only a comment"))).toEqual(["empty 1-1"]);
    expect(kinds(parseDockerfile("Dockerfile", ""))).toEqual(["empty 1-1"]);
    expect(kinds(parse("ARG A=1"))).toEqual(["no-from 1-1"]);
    expect(kinds(parse("ARG A", "RUN b", "ENV C=1", "FROM a"))).toEqual(["instruction-before-from 2-2"]);
  });

  it("cuts the offending word", () => {
    const [problem] = parse("FROM a", "x".repeat(5000)).problems;
    expect(problem?.message.length).toBeLessThan(120);
  });

  it("refuses a line that BuildKit's scanner cannot hold", () => {
    expect(kinds(parse("FROM a", `RUN ${"x".repeat(65_532)}`))).toEqual(["bad-arguments 2-2"]);
    expect(kinds(parse("FROM a", `RUN ${"x".repeat(65_531)}`))).toEqual([]);
  });
});

function parse(...lines: readonly string[]): Dockerfile {
  return parseDockerfile("Dockerfile", `${lines.join("\n")}\n`);
}

function summary({ instructions }: Dockerfile): readonly string[] {
  return instructions.map(({ keyword, line, endLine }) => `${keyword} ${line}-${endLine}`);
}

function kinds({ problems }: Dockerfile): readonly string[] {
  return problems.map(({ kind, line, endLine }) => `${kind} ${line}-${endLine}`);
}
