/** RunPod's spellings and limits are the protocol's own; that module imports nothing, so a verdict starts no later for it. */
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
