/**
 * The functions of `kernels/` (AssemblyScript): addresses are byte offsets in the instance's memory, counts and sizes are
 * whole numbers. Each is documented where it is written.
 */
export interface KernelFunctions {
  boxBlur(values: number, scratch: number, width: number, height: number, radius: number): void;
}
