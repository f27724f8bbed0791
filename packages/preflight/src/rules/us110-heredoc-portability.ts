import type { Heredoc } from "#facts/dockerfile/dockerfile.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import { compareVersions } from "#knowledge/index.js";
import type { Fix } from "#model/finding.js";
import type { ImageRule } from "./rule.js";

/** A here-document that some builders take for a list of instructions. */
export const heredocPortability: ImageRule = {
  scope: "image",
  meta: {
    id: "US110",
    name: "heredoc-portability",
    level: "warning",
    phase: "build",
    summary: "A here-document is written in a way that older or other builders cannot read.",
    seeds: ["S13", "S14"],
    fix: "auto",
  },
  lookedAt({ dockerfile }) {
    const { length } = dockerfile.instructions.flatMap(({ heredocs }) => heredocs);
    return length === 0 ? "" : `${length} here-documents`;
  },
  *check(image) {
    const { dockerfile, project } = image;
    const { builder } = project.config;
    const isOther = builder === "buildah" || builder === "kaniko";
    for (const heredoc of dockerfile.instructions.flatMap(({ heredocs }) => heredocs)) {
      const at = { path: dockerfile.path, line: heredoc.line };
      if (heredoc.hasBlank && !isNewFrontend(image)) {
        const fix = withoutBlank(heredoc, image);
        yield {
          message: `BuildKit before frontend 1.16 (March 2025) does not see a here-document here, for the blank after <<: it reads the ${heredoc.endLine - heredoc.line} lines below as instructions and stops.`,
          remedy: `Write <<${heredoc.name} without a blank.`,
          at,
          confidence: "likely",
          ...(fix === undefined ? {} : { fix }),
        };
      } else if (isOther) {
        yield {
          message: `${builder} may not read here-documents: buildah below 1.33 takes the lines of ${heredoc.name} for instructions.`,
          remedy: "Put the text in a file and COPY it, or build with BuildKit.",
          at,
          confidence: "likely",
        };
      }
    }
  },
};

/** `# syntax=docker/dockerfile:1` fetches the newest frontend, which reads the blank (docs.docker.com, custom syntax). */
function isNewFrontend({ dockerfile }: ImageFacts): boolean {
  const image = dockerfile.directives.get("syntax")?.value ?? "";
  const [, version = ""] = /^(?:docker\.io\/)?docker\/dockerfile(?::(\d+(?:\.\d+)*))?/.exec(image) ?? [];
  if (!image.includes("docker/dockerfile")) return false;
  return !version.includes(".") || compareVersions(version, "1.16") >= 0;
}

function withoutBlank({ line, name }: Heredoc, { dockerfile: { path, lines } }: ImageFacts): Fix | undefined {
  const written = lines[line - 1] ?? "";
  const text = written.replace(/(<<-?)[ \t]+(?=["']?\w)/, "$1");
  if (text === written || !text.includes(name)) return undefined;
  return {
    title: "Drop the blank after <<",
    edits: [{ kind: "lines", path, startLine: line, endLine: line, lines: [text] }],
  };
}
