import { describe, expect, test } from "vitest";
import { imageOf } from "#testing/image-of.js";
import type { EntryFacts } from "./image-facts.js";

describe("the start command", () => {
  test.each([
    ['CMD ["python", "-u", "handler.py"]', ["/app/handler.py"]],
    ["CMD python -u /handler.py", ["/handler.py"]],
    ['ENTRYPOINT ["python"]\nCMD ["handler.py"]', ["/app/handler.py"]],
    ['ENTRYPOINT ["tini", "--"]\nCMD ["python", "handler.py"]', ["/app/handler.py"]],
    ['ENTRYPOINT ["/usr/bin/tini", "-g", "--", "/start.sh"]', ["/app/started.py"]],
    ['ENTRYPOINT python handler.py\nCMD ["other.py"]', ["/app/handler.py"]],
    ['CMD ["python", "handler.py"]\nENTRYPOINT ["dumb-init"]', ["/app/handler.py"]],
    ['CMD ["/start.sh"]', ["/app/started.py"]],
    ['CMD ["bash", "-c", "cd /srv && python -X dev main.py --port 80"]', ["/srv/main.py"]],
    ['ENTRYPOINT ["/entrypoint.sh"]\nCMD ["python", "handler.py"]', ["/app/handler.py"]],
    ['CMD ["uv", "run", "--no-sync", "handler.py"]', ["/app/handler.py"]],
    ['CMD ["uv", "run", "python", "handler.py"]', ["/app/handler.py"]],
    ['CMD ["conda", "run", "--no-capture-output", "-n", "env", "python", "handler.py"]', ["/app/handler.py"]],
    ['CMD ["accelerate", "launch", "--num_processes", "1", "train.py"]', ["/app/train.py"]],
    ['CMD ["torchrun", "--nproc_per_node=1", "train.py"]', ["/app/train.py"]],
    ['CMD ["python", "-m", "torch.distributed.run", "train.py"]', ["/app/train.py"]],
    ['CMD ["nginx", "-g", "daemon off;"]', []],
  ])("%j runs %j", async (lines, expected) => {
    const entry = await entryOf(lines);
    expect(entry.pythonFiles.map(({ path }) => path)).toEqual(expected);
  });

  test.each([
    ['CMD ["python", "-m", "src.server"]', ["src.server"]],
    ['CMD ["python", "-um", "src.server", "x.py"]', ["src.server"]],
    ['CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0:80"]', ["app.main"]],
    ['CMD ["gunicorn", "-w", "4", "-b", "0.0.0.0:80", "app:create()"]', ["app"]],
    ['CMD ["python", "-m", "gunicorn", "app:app"]', ["app"]],
    ["ENV FLASK_APP=web.main:app\nCMD flask run", ["web.main"]],
  ])("%j runs the module %j", async (lines, expected) => {
    const entry = await entryOf(lines);
    expect(entry.pythonModules.map(({ name }) => name)).toEqual(expected);
  });

  test("an ENTRYPOINT drops the CMD of the stage below", async () => {
    const image = await imageOf({
      Dockerfile: 'FROM ubuntu:22.04 AS base\nCMD ["python", "old.py"]\nFROM base\nENTRYPOINT ["tini"]',
    });
    expect(image.entry.cmd).toBeUndefined();
    expect(image.entry.pythonFiles).toEqual([]);
  });

  test("a stage inherits the CMD of the stage below", async () => {
    const image = await imageOf({ Dockerfile: 'FROM ubuntu:22.04 AS base\nCMD ["python", "/old.py"]\nFROM base' });
    expect(image.entry.pythonFiles).toMatchObject([{ path: "/old.py" }]);
  });

  test("code of a command line is kept", async () => {
    const entry = await entryOf('CMD ["python", "-c", "import handler"]');
    expect(entry.embedded.map(({ code }) => code.text)).toEqual(["import handler"]);
  });

  test("without CMD the start of an image that nobody knows is not complete", async () => {
    const image = await imageOf({ Dockerfile: "FROM example.com/own/base:1" });
    expect(image.entry.isComplete).toBe(false);
  });

  test.each([
    ["CMD . /venv/bin/activate && python handler.py", true],
    ["CMD python -m venv /venv && /venv/bin/python handler.py", true],
    ["CMD cd $WHERE && python handler.py", false],
  ])("whether %j can be followed to its end: %s", async (line, isComplete) => {
    const image = await imageOf({ Dockerfile: `FROM example.com/own/base:1\n${line}` });
    expect(image.entry.isComplete).toBe(isComplete);
    expect(image.entry.pythonModules).toEqual([]);
  });

  test("a start script that is not in the files is not complete", async () => {
    const image = await imageOf({ Dockerfile: 'FROM example.com/own/base:1\nCMD ["/opt/start.sh"]' });
    expect(image.entry.isComplete).toBe(false);
    expect(image.entry.unknownScripts).toMatchObject([{ path: "/opt/start.sh" }]);
  });
});

async function entryOf(lines: string): Promise<EntryFacts> {
  const image = await imageOf({
    Dockerfile: `FROM python:3.11\nWORKDIR /app\nCOPY start.sh entrypoint.sh /\n${lines}\n`,
    "start.sh": "#!/bin/bash\nset -e\nexec python -u started.py\n",
    "entrypoint.sh": '#!/bin/sh\necho ready\nexec "$@"\n',
  });
  return image.entry;
}
