export { type BaseImage, baseImage } from "./base-image.js";
export { type BuildNeed, type BuildTool, buildNeeds } from "./build-needs.js";
export { broughtBy, dependenciesOf } from "./dependencies.js";
export { distributionName } from "./distribution-name.js";
export { type GpuCard, type GpuPool, gpuPool, gpuPools } from "./gpu-pools.js";
export { type ImageReference, parseImageReference } from "./image-reference.js";
export { type ModelCard, type ModelLicence, type ModelPart, modelCard } from "./models.js";
export { distributionsOfModule, modulesOfDistribution } from "./modules.js";
export { type ProgramProvider, programProvider } from "./programs.js";
export {
  type KnownFlag,
  type KnownProject,
  type KnownRequirement,
  type KnownRequirementFile,
  type KnownScript,
  knownProject,
} from "./projects.js";
export {
  type ApiFloor,
  apiFloor,
  type KnownBadVersions,
  knownBadVersions,
  type PythonFloor,
  pythonFloors,
  type RemovedApi,
  removedApi,
} from "./removed.js";
// The protocol's own; that module imports nothing, so a verdict starts no later for it.
export {
  bucketVariables,
  clientVariables,
  hostedBaseUrl,
  hostedLimits,
  jobOperations,
  platformLimits,
  testInputFile,
  volumePaths,
  workerFlags,
  workerVariables,
} from "@understudy/runpod/protocol";
export { bringsLibrary, type SharedLibraryNeed, sharedLibraryNeeds } from "./shared-libraries.js";
export { garbledStatus, isTableStatus, meantStatus } from "./status-texts.js";
export { type RenamedSystemPackage, renamedSystemPackage } from "./system-packages.js";
export { minimumDriver, type TorchFacts, type TorchFloor, torchFacts, torchFloor } from "./torch.js";
export { compareVersions } from "./version.js";
