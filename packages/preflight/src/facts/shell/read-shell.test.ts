import { beforeAll, describe, expect, test } from "vitest";
import { loadShellGrammar } from "./grammar.js";
import { bashFateCases, fateCases } from "./testing/fates.js";
import { fateOf, read } from "./testing/read.js";

beforeAll(loadShellGrammar);

const names = (text: string): string[] => read(text).commands.map((command) => command.name);
const texts = (text: string, environment: Record<string, string> = {}): string[] | undefined =>
  read(text, { environment: new Map(Object.entries(environment)) })
    .commands.at(-1)
    ?.words.map((word) => word.text);

describe("what becomes of a failure", () => {
  test.each(fateCases)("%j: %s", (script, fate) => {
    expect(fateOf(read(script))).toBe(fate);
  });

  test.each(bashFateCases)("in bash, %j: %s", (script, fate) => {
    expect(fateOf(read(script, { shell: ["/bin/bash", "-c"] }))).toBe(fate);
  });

  test("the options of SHELL count", () => {
    expect(fateOf(read("work | cat; echo next", { shell: ["/bin/bash", "-eo", "pipefail", "-c"] }))).toBe("stops");
  });

  test("a swallowed failure names the line that swallows it", () => {
    expect(read("work \\\n  || true").commands[0]?.fate).toEqual({ kind: "swallowed", by: "|| true", line: 2 });
  });
});

describe("words", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [`run 'a b' "c d" e\\ f`, ["run", "a b", "c d", "e f"]],
    [`run $'a\\tb\\x41'`, ["run", "a\tbA"]],
    [`run "a\\"b\\$c\\n"`, ["run", 'a"b$c\\n']],
    ["run a\\\nb", ["run", "ab"]],
    ["run ''", ["run", ""]],
    ["run $V/x ${V}y", ["run", "1/x", "1y"]],
    ["run '$V' \"$V\"", ["run", "$V", "1"]],
    ["run ${NONE:-d} ${V:-d} ${V:+p} ${NONE-$V}", ["run", "d", "1", "p", "1"]],
    ["run $MANY", ["run", "a", "b"]],
    ['run "$MANY"', ["run", "a b"]],
    ["run ${FILE##*/} ${FILE%.*} ${FILE%/*}", ["run", "y.tar.gz", "/x/y.tar", "/x"]],
    ["W=2; run $W", ["run", "2"]],
    ["export W=2 && run $W", ["run", "2"]],
    ["run $(date) $UNSET", ["run", "$(date)", "$UNSET"]],
    ["run $(pwd)", ["run", "/app"]],
  ];
  test.each(cases)("%j", (script, words) => {
    expect(texts(script, { V: "1", MANY: "a b", FILE: "/x/y.tar.gz" })).toEqual(words);
  });

  test("what nobody can know is told apart", () => {
    expect(
      read("run $(date) x")
        .commands.at(-1)
        ?.words.map((word) => word.isKnown),
    ).toEqual([true, false, true]);
  });

  test("a variable that only some courses set is not known", () => {
    expect(texts("V=1; if [ -f x ]; then V=2; fi; run $V ${V:-d}")).toEqual(["run", "$V", "${V:-d}"]);
  });

  test("what a subshell sets is lost", () => {
    expect(texts("(V=2); run $V", { V: "1" })).toEqual(["run", "1"]);
  });

  test("a command's own assignment is in its environment only", () => {
    const [first, second] = read("HF_HOME=/x run; run").commands;
    expect(first?.environment.get("HF_HOME")).toBe("/x");
    expect(second?.environment.has("HF_HOME")).toBe(false);
  });

  test("each word knows its line", () => {
    expect(read("run a \\\n b").commands[0]?.words.map((word) => word.line)).toEqual([1, 1, 2]);
  });
});

describe("commands", () => {
  test.each([
    ["sudo -E env A=1 timeout 5 pip install x", "pip", ["sudo", "env", "timeout"]],
    ["exec python -u h.py", "python", ["exec"]],
    ["/usr/bin/xvfb-run -a python x", "python", ["xvfb-run"]],
    ["conda run -n env python x", "python", ["conda"]],
    ["conda install x", "conda", []],
    ["command -v git", "command", []],
  ])("wrappers are removed: %s", (script, name, wrappers) => {
    expect(read(script).commands[0]).toMatchObject({ name, wrappers });
  });

  test.each([
    ["[ -f x ] && a", [false, true]],
    ["command -v x && a", [false, true]],
    ["a && b", [false, false]],
    ["a || b", [false, true]],
    ["a || b && c", [false, true, false]],
    ["if a; then b; else c; fi", [false, true, true]],
    ["case x in y) a;; esac", [true]],
    ["f() { a; }", [true]],
    ["for x in 1; do a; done", [false]],
  ])("what may not run is conditional: %s", (script, conditional) => {
    expect(read(script).commands.map((command) => command.isConditional)).toEqual(conditional);
  });

  test("commands come in the order in which they run", () => {
    expect(names("f() { b; }; a $(z); f; if c; then d; fi; e | g")).toEqual(["z", "a", "f", "b", "c", "d", "e", "g"]);
  });

  test("loops and background are marked", () => {
    expect(read("while a; do b; done").commands.map((command) => command.isInLoop)).toEqual([true, true]);
    expect(read("a & b").commands.map((command) => command.isBackground)).toEqual([true, false]);
  });

  test("a pipe leads back to the command that feeds it", () => {
    expect(read("a | b | c").commands.map((command) => command.pipedFrom?.name)).toEqual([undefined, "a", "b"]);
  });

  test("redirects keep operator, descriptor and target", () => {
    const [command] = read("pip install runpod>=1.3.0 x 2>&1").commands;
    expect(command?.words.map((word) => word.text)).toEqual(["pip", "install", "runpod", "x"]);
    expect(command?.redirects.map(({ operator, descriptor, target }) => [operator, descriptor, target.text])).toEqual([
      [">", undefined, "=1.3.0"],
      [">&", 2, "1"],
    ]);
  });

  test.each([
    ["cd /x && run", "/x"],
    ["cd x && run", "/app/x"],
    ["(cd /x && a); run", "/app"],
    ["cd /x; cd -; run", "/app"],
    ["pushd /x; popd; run", "/app"],
    ["cd $UNSET; run", undefined],
    ["if a; then cd /x; fi; run", undefined],
  ])("the folder is followed: %s", (script, workdir) => {
    expect(read(script).commands.at(-1)?.workdir).toBe(workdir);
  });
});

describe("here-documents and embedded code", () => {
  const python = (text: string): [string, number][] =>
    read(text).embedded.map(({ code }) => [code.text, code.lineAt(0)]);

  test.each([
    ["python -c 'import x'", "import x", 1],
    ['python3 -uc "print(\\"a\\")"', 'print("a")', 1],
    ["python -W ignore -c 'a\nb'", "a\nb", 1],
    ["python3 - <<EOF\nimport x\nEOF", "import x\n", 2],
    ["python <<'EOF'\nf\"{$x}\"\nEOF", 'f"{$x}"\n', 2],
    ["python <<-EOF\n\ta\n\tEOF", "a\n", 2],
    ["cat <<EOF | python3\na\nEOF", "a\n", 2],
    ["python - <<EOF 2>&1 | tee log\na\nEOF\necho", "a\n", 2],
    ["python - <<< 'a'", "a\n", 1],
    ["sh -c 'python -c \"import x\"'", "import x", 1],
    ["true &&\\\n python -c 'a'", "a", 2],
  ])("%j holds Python", (script, code, line) => {
    expect(python(script)).toEqual([[code, line]]);
  });

  test("each line of the code knows its place", () => {
    const [embedded] = read('true\npython -c "\na\n\\"b\\"\n"').embedded;
    expect(embedded?.code.text).toBe('\na\n"b"\n');
    expect(embedded?.code.lineAt(3)).toBe(4);
  });

  test.each(["python -m x -c y", "python script.py -c y", "python --version"])("%s holds none", (script) => {
    expect(python(script)).toEqual([]);
  });

  test("an unquoted delimiter expands variables", () => {
    const [command] = read("V=1\ncat <<EOF\n$V \\$V\nEOF").commands;
    expect(command?.input?.text).toBe("1 $V\n");
    expect(command?.isInputExpanded).toBe(true);
  });

  test("two here-documents on one line, and a pipe behind one", () => {
    expect(names("a <<A && b <<B | c\nx; y\nA\nz\nB\nd")).toEqual(["a", "b", "c", "d"]);
  });
});

describe("written files", () => {
  test.each([
    ["echo 'a b' > f", "/app/f", "a b\n", false],
    ["echo -e 'a\\nb' >> /f", "/f", "a\nb\n", true],
    ["echo 'a\\nb' > f", "/app/f", undefined, false],
    ["bash -c \"echo 'a\\nb' > f\"", "/app/f", "a\\nb\n", false],
    ["echo -n a > f", "/app/f", "a", false],
    ["printf '%s\\n' a b > f", "/app/f", "a\nb\n", false],
    ["printf 'x\\ny' > f", "/app/f", "x\ny", false],
    ["cat > f <<EOF\na\nEOF", "/app/f", "a\n", false],
    ["cat <<EOF > f\na\nEOF", "/app/f", "a\n", false],
    ["tee f <<EOF\na\nEOF", "/app/f", "a\n", false],
    ["echo a | sudo tee -a f", "/app/f", "a\n", true],
    ["make > f", "/app/f", undefined, false],
    ["cd /x && curl -fsSLo y https://h/z", "/x/y", undefined, false],
    ["wget -O y https://h/z", "/app/y", undefined, false],
    ["cp a.py b/", "/app/b/a.py", undefined, false],
    ["echo a > $UNSET", undefined, "a\n", false],
  ])("%j", (script, path, content, isAppend) => {
    expect(read(script).writes.map((write) => [write.path, write.content?.text, write.isAppend])).toEqual([
      [path, content, isAppend],
    ]);
  });

  test("nothing is written to /dev/null", () => {
    expect(read("a > /dev/null 2>&1").writes).toEqual([]);
  });
});

describe("scripts that are followed", () => {
  const files = {
    "/app/start.sh": '#!/bin/bash\nset -e\nDIR="$(cd "$(dirname "$0")" && pwd)"\n. $DIR/lib.sh\nhello $1\nexec "$@"\n',
    "/app/lib.sh": "hello() { inside $1; }\nLIB=1\n",
    "/app/loop.sh": "./loop.sh; after",
    "/app/tool": "#!/usr/bin/env python3\nimport x",
  };

  test("a script, what it sources, its functions and its arguments", () => {
    const { commands } = read("./start.sh python -u h.py", { files });
    expect(commands.map((command) => command.name).join(" ")).toBe("start.sh set dirname cd pwd . hello inside python");
    expect(commands.at(-1)?.words.map((word) => word.text)).toEqual(["python", "-u", "h.py"]);
    expect(commands.at(-1)?.location).toEqual({ path: "app/start.sh", line: 6 });
    expect(commands.at(-1)?.via).toEqual([{ path: "Dockerfile", line: 1 }]);
    expect(commands.find((command) => command.name === "inside")?.via).toEqual([
      { path: "Dockerfile", line: 1 },
      { path: "app/start.sh", line: 5 },
    ]);
  });

  test("a script that runs itself is followed once", () => {
    expect(read("bash loop.sh", { files }).commands.map((command) => command.name)).toEqual([
      "bash",
      "loop.sh",
      "after",
    ]);
  });

  test("a program in another language is not followed", () => {
    const script = read("./tool; ./absent.sh; source env; /usr/bin/make", { files });
    expect(script.commands.map((command) => command.name)).toEqual(["tool", "absent.sh", "source", "make"]);
    expect(script.unknownScripts.map(({ path }) => path)).toEqual(["/app/absent.sh", "/app/env"]);
  });

  test("bash reads a script from its input", () => {
    expect(names("bash <<'EOF'\na\nEOF")).toEqual(["bash", "a"]);
    expect(names("echo a | sh")).toEqual(["echo", "sh", "a"]);
  });
});

describe("hostile and broken scripts", () => {
  test("a syntax error is told at its line, and the rest is read", () => {
    const script = read("a\nif b; then c\n");
    expect(script.syntaxError).toEqual({ message: "`fi` is missing", line: 3 });
    expect(script.commands.map((command) => command.name)).toContain("a");
    expect(read("a && b").syntaxError).toBeUndefined();
  });

  test.each([
    ["chains", "a && ".repeat(5000) + "a"],
    ["subshells", "(".repeat(5000) + "a" + ")".repeat(5000)],
    ["substitutions", "echo $(".repeat(2000) + ")".repeat(2000)],
    ["quotes", '"$('.repeat(2000)],
    ["here-documents", "cat <<E\nE\n".repeat(2000)],
    ["defaults", "${a:-".repeat(2000)],
    [
      "functions",
      Array.from({ length: 40 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1}; }`).join("\n") + "\nf0 || true",
    ],
    ["evals", "eval '".repeat(500)],
  ])("%s neither overflow nor hang", (_, script) => {
    expect(() => read(script)).not.toThrow();
  });

  test("a shell that is no POSIX shell is not read", () => {
    expect(read("a", { shell: ["powershell", "-Command"] }).commands).toEqual([]);
  });
});
