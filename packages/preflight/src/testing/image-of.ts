import type { ImageFacts } from "#facts/image/image-facts.js";
import { readProjectFiles } from "#facts/project/project-files.js";
import { readProject } from "#facts/project/read-project.js";
import { loadPython } from "#facts/python/grammar.js";
import { loadShellGrammar } from "#facts/shell/grammar.js";
import { defaultConfig, type PreflightConfig } from "#model/config.js";
import { type MemoryFile, memoryTree } from "#tree/memory-tree.js";

/**
 * The facts of the first image of a project in memory, read by the real readers.
 * @param files text by path; one of them is a Dockerfile.
 * @throws Error when there is no Dockerfile.
 */
export async function imageOf(
  files: Readonly<Record<string, MemoryFile | string>>,
  config: Partial<PreflightConfig> = {},
): Promise<ImageFacts> {
  await loadShellGrammar();
  await loadPython();
  const read = await readProjectFiles(memoryTree(files));
  const project = readProject(read, {
    config: { ...defaultConfig, ...config },
    dockerfile: undefined,
    context: undefined,
  });
  const [image] = project.images;
  if (image === undefined) throw new Error("no image in the files of this test");
  return image;
}
