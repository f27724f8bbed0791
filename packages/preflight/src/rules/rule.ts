import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { Report } from "#model/finding.js";
import type { RuleMeta } from "#model/rule.js";

/** A rule that looks at one image: one Dockerfile in one build context. */
export interface ImageRule {
  readonly meta: RuleMeta;
  readonly scope: "image";
  /** Pure: no disk, clock or network. */
  check(image: ImageFacts): Iterable<Report>;
  /**
   * What it had to look at, such as "12 COPY sources"; "" when there was nothing: its silence then proves nothing.
   * Default: the Dockerfile's instructions.
   */
  lookedAt?(image: ImageFacts): string;
}

/** A rule that looks at the whole project once. */
export interface ProjectRule {
  readonly meta: RuleMeta;
  readonly scope: "project";
  /** Pure: no disk, clock or network. */
  check(project: ProjectFacts): Iterable<Report>;
  /** As for an image. Default: the project's files. */
  lookedAt?(project: ProjectFacts): string;
}

/** Asks one question of the facts. */
export type Rule = ImageRule | ProjectRule;
