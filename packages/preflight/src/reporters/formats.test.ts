import { describe, expect, it } from "vitest";
import { exampleResult } from "#cli/testing/example-result.js";
import { madeUpRules } from "#cli/testing/fake-engine.js";
import { madeUpFinding, madeUpResult } from "#cli/testing/made-up-result.js";
import type { PreflightResult } from "#model/result.js";
import { renderReport, type Format } from "./render-report.js";

const render = (format: Format, result: PreflightResult = exampleResult(), pathPrefix = "") =>
  renderReport(
    format,
    {
      result,
      rules: madeUpRules,
      helpByRule: new Map([["US101", "# US101\n\nWhy it matters."]]),
      projectName: "worker <b>",
      pathPrefix,
      version: "0.1.0",
      now: new Date("2026-06-15"),
    },
    { isColored: false, columns: 80, showsAll: false },
  );

const hostileName = "a,b:c%d\n::error::<script>alert(1)</script>|`x`\u202E";
const hostile = madeUpResult({
  findings: [madeUpFinding({ location: { path: hostileName, line: 1 }, message: hostileName })],
});

describe("json", () => {
  it("has a versioned shape that a program can rely on", () => {
    const report = JSON.parse(render("json")) as Record<string, unknown>;
    expect(report).toMatchObject({
      schemaVersion: "preflight/1",
      verdict: "NO-GO",
      counts: { error: 6, warning: 1, note: 1, images: 2 },
      phases: { build: { verdict: "NO-GO" } },
      unjudged: [{ ruleId: "US805", isRequired: false }],
      suppressed: [{ by: "comment", reason: "the fork is ours", finding: { ruleId: "US111" } }],
    });
    expect((report["findings"] as readonly unknown[])[1]).toMatchObject({
      ruleId: "US309",
      ruleName: "pip-spec-redirect",
      level: "error",
      confidence: "certain",
      image: "docker/Dockerfile",
      fixable: true,
    });
  });
});

describe("sarif", () => {
  interface Log {
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly help: object }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly suppressions: readonly object[];
        readonly fixes?: readonly object[];
        readonly partialFingerprints: object;
        readonly locations: readonly object[];
      }[];
    }[];
  }
  const runOf = (text: string) => (JSON.parse(text) as Log).runs[0];

  it("has rules with their pages, fingerprints, suppressions and fixes of whole lines", () => {
    const run = runOf(render("sarif"));
    expect(run?.tool.driver.rules[0]?.help).toMatchObject({ markdown: "# US101\n\nWhy it matters." });
    expect(run?.results[0]).toMatchObject({ ruleId: "US101", ruleIndex: 0, suppressions: [] });
    expect(run?.results[1]?.fixes).toMatchObject([
      {
        artifactChanges: [
          {
            artifactLocation: { uri: "docker/Dockerfile" },
            replacements: [
              {
                deletedRegion: { startLine: 4, startColumn: 1, endLine: 5, endColumn: 1 },
                insertedContent: { text: 'RUN pip install "runpod>=1.3.0"\n' },
              },
            ],
          },
        ],
      },
    ]);
    expect(run?.results.at(-1)?.suppressions).toEqual([{ kind: "inSource", justification: "the fork is ours" }]);
  });

  it("names files as URIs from the repository, whatever they are called", () => {
    const uri = { uri: "sub/a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3A%3Cscript%3Ealert(1)%3C/script%3E%7C%60x%60%E2%80%AE" };
    expect(runOf(render("sarif", hostile, "sub/"))?.results[0]?.locations).toMatchObject([
      { physicalLocation: { artifactLocation: uri } },
    ]);
  });

  it("leaves out a fix that would carry a credential away", () => {
    const lines = [`ENV KEY=${["AKIA", "ABCDEFGHIJKLMNOP"].join("")}`];
    const fix = {
      title: "Move it",
      edits: [{ kind: "lines", path: "Dockerfile", startLine: 1, endLine: 1, lines }],
    } as const;
    expect(render("sarif", madeUpResult({ findings: [madeUpFinding({ fix })] }))).not.toContain("AKIA");
  });
});

describe("junit", () => {
  it("fails decisive errors, skips what was not judged, and passes the rest, a suite an area", () => {
    const xml = render("junit");
    expect(xml).toContain('<testsuites name="preflight" tests="11" failures="5" skipped="1" time="0.412">');
    expect(xml).toContain('<testsuite name="Handler code" tests="1" failures="0" skipped="0">');
    expect(xml).toContain('<testcase classname="Docker image" name="US308 failure-swallowed (docker/Dockerfile)">');
  });

  it("escapes what a file name may hold", () => {
    const xml = render("junit", hostile);
    expect(xml).not.toContain("<script>");
    expect(xml).toContain("&lt;script&gt;");
  });
});

describe("github", () => {
  it("escapes as the runner reads it: one finding is one command", () => {
    const lines = render("github", hostile, "sub/").trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error file=sub\/a%2Cb%3Ac%25d\?%3A%3Aerror%3A%3A<script>[^:]*,line=1,title=US101 /);
  });

  it("calls notes notices", () => {
    expect(render("github")).toContain("::notice file=docker/Dockerfile.debug,line=3,");
  });
});

describe("the validation report", () => {
  it("gives every area and all 17 rows a status with evidence", () => {
    const text = render("report");
    const areas = [...text.matchAll(/^### \d+\. (.+): (PASS|PARTIAL|FAIL|UNKNOWN|UNVERIFIED)$/gm)];
    expect(areas.map(([, title, status]) => `${title}: ${status}`)).toEqual([
      "Docker image: FAIL",
      "RunPod endpoint: FAIL",
      "Handler code: PASS",
      "Object storage: UNKNOWN",
      "Webhook: UNKNOWN",
      "Scripts and documents: UNVERIFIED",
      "Code quality and secrets: FAIL",
      "Video pipeline: PARTIAL",
      "Environment and configuration: PASS",
      "Readiness: FAIL",
    ]);
    const rows = [...text.matchAll(/^\| (.+) \| (PASS|PARTIAL|FAIL|UNKNOWN|UNVERIFIED) \| (YES|NO) \| .+ \|$/gm)];
    expect(rows).toHaveLength(17);
    expect(text).toContain("- US603 looked at docker/handler.py");
  });

  it("never passes an area on a finding that was set aside, or on nothing looked at", () => {
    const finding = madeUpFinding({ ruleId: "US603" });
    const run = { ruleId: "US603", image: "Dockerfile", lookedAt: "handler.py" } as const;
    const aside = madeUpResult({
      suppressed: [{ finding, by: "config", reason: "it is ours" }],
      runs: [{ ...run, findings: 1 }],
    });
    expect(render("report", aside)).toContain("### 3. Handler code: PARTIAL");
    expect(render("report", madeUpResult({ runs: [{ ...run, findings: 0, lookedAt: "" }] }))).toContain(
      "### 3. Handler code: UNVERIFIED",
    );
    expect(render("report", madeUpResult({ runs: [{ ...run, findings: 0 }] }))).toContain("### 3. Handler code: PASS");
  });

  it("counts what it shows", () => {
    const text = render("report");
    const blocking = /\| Findings that block \| (\d+) \|/.exec(text)?.[1];
    expect(text.match(/^### Blocker \d+: /gm)).toHaveLength(Number(blocking));
    const rowsThatBlock = /\| Checklist rows that block \| (\d+) of 17 \|/.exec(text)?.[1];
    expect(text.match(/\| YES \| /g)).toHaveLength(Number(rowsThatBlock));
  });

  it("says what each blocker does, and how long it may take", () => {
    expect(render("report")).toContain(
      "| CRITICAL | The worker does not start. | Set MODEL&#95;PATH".replace("&#95;", "_"),
    );
    expect(render("report")).toContain("| HIGH | Jobs fail, or deliver a wrong result. |");
  });

  it("lets no name become markup, in Markdown or HTML", () => {
    // Code spans show every letter as it is.
    const outsideCode = render("report", hostile).replaceAll(/``[^\n]*?``/g, "");
    expect(outsideCode).toContain("&lt;script>");
    expect(outsideCode).not.toMatch(/<script|^::error/m);
    const html = render("report-html", hostile);
    expect(html).not.toContain("<script");
    expect(html).toContain("<title>Validation report: worker &lt;b&gt;</title>");
    expect(html).not.toContain("\u202E");
  });
});
