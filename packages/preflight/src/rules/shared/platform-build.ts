import type { ImageFacts } from "#facts/image/image-facts.js";

/** Whether the platform builds the image from git, so that its limits hold: as configured, or as its Hub files say. */
export function isBuiltByPlatform({ dockerfile, project: { config, files } }: ImageFacts): boolean {
  // The Hub builds the root's Dockerfile, or the one beside its own files.
  const isHub = files.has(".runpod/hub.json") && /^(\.runpod\/)?Dockerfile$/.test(dockerfile.path);
  return config.builder === "git-platform" || isHub;
}
