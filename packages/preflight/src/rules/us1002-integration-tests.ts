import type { ImageFacts, ImageModule } from "#facts/image/image-facts.js";
import { textOf } from "#facts/python/module.js";
import type { Evidence } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { ProjectRule } from "./rule.js";
import { imageInUse } from "./shared/judged-image.js";
import { missingEvidence, recordedRuns } from "./shared/missing-evidence.js";
import { testFilesAbout } from "./shared/test-files.js";

/** The worker talks to a bucket or a webhook, and no test does. */
export const integrationTests: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1002",
    name: "integration-tests",
    level: "note",
    phase: "deploy",
    summary: "The worker uploads or calls back, and no test does so.",
    seeds: ["S54", "S65", "S67"],
    fix: "by-hand",
  },
  *check(project) {
    if (project.isListingCut) return;
    const services = servicesOf(project);
    const untested = services.find(({ test }) => testFilesAbout(project, test).length === 0);
    const [first] = services;
    if (first === undefined) return;
    yield* missingEvidence(project, {
      kind: "integration",
      subject: "integration tests",
      remedy:
        "Test the call against a stand-in that refuses, is slow and answers wrongly; then once against the real one.",
      at: untested?.location ?? first.location,
      atDeploy: "error",
      atBuild:
        untested === undefined
          ? undefined
          : { level: "note", message: `No test speaks of ${untested.name}: a refused call shows after the paid work.` },
      evidence: services.map(({ name, location }): Evidence => ({ statement: `The worker uses ${name}.`, location })),
    });
  },
  lookedAt: (project) => {
    const services = servicesOf(project);
    return services.length === 0 ? "" : recordedRuns(project, "integration") || namesOf(services);
  },
};

/** Something outside the image that a job depends on. */
interface Service {
  readonly name: string;
  /** What a test of it would speak of. */
  readonly test: RegExp;
  readonly location: Location;
}

function servicesOf(project: ProjectFacts): readonly Service[] {
  const image = imageInUse(project);
  const modules = image === undefined ? [] : ownModules(image);
  return [modules.flatMap(bucketOf)[0] ?? [], modules.flatMap(webhookOf)[0] ?? []].flat();
}

/** Modules of the project that the start reaches. */
function ownModules({ python }: ImageFacts): readonly ImageModule[] {
  return python.modules.filter(({ isReachable, projectPath }) => isReachable && projectPath !== undefined);
}

const bucketClient =
  /^(?:boto3|aioboto3|minio|google\.cloud\.storage|azure\.storage|runpod\.serverless\.utils\.rp_upload)\b/;

function bucketOf({ module, projectPath = "" }: ImageModule): readonly Service[] {
  const found = module.imports.find(({ module: name, names }) =>
    [name, ...(names ?? []).map((each) => `${name}.${each}`)].some((each) => bucketClient.test(each)),
  );
  if (found === undefined) return [];
  const location = { path: projectPath, line: found.line };
  return [{ name: "the object storage", test: /boto|moto|minio|s3|bucket|upload/i, location }];
}

const post = /^(?:requests|httpx)(?:\.\w+)*\.(?:post|put|request)$/;

function webhookOf({ module, projectPath = "" }: ImageModule): readonly Service[] {
  const found = module.calls.find(
    ({ callee, node }) => post.test(callee) && /webhook|callback/i.test(textOf(module, node)),
  );
  if (found === undefined) return [];
  return [{ name: "the webhook", test: /webhook|callback/i, location: { path: projectPath, line: found.line } }];
}

const namesOf = (services: readonly Service[]) => services.map(({ name }) => name).join(" and ");
