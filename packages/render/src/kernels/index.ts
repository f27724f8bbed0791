export { openKernels, type Kernels } from "./open-kernels.js";
