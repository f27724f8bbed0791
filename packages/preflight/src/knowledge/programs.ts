import { dataReader } from "./read-data.js";

/** One way to get a program. */
export interface ProgramProvider {
  /** `driver`: the NVIDIA container runtime mounts it; nothing installs it. `npm`: only when Node is inside. */
  readonly tool: "apt" | "pip" | "driver" | "npm";
  /** Package or distribution; for `driver`, the program itself. */
  readonly name: string;
}

const providers = dataReader<Readonly<Record<string, readonly ProgramProvider[]>>>("programs");

/** Ways to get a program; empty: not known. */
export function programProvider(program: string): readonly ProgramProvider[] {
  return Object.hasOwn(providers(), program) ? (providers()[program] ?? []) : [];
}
