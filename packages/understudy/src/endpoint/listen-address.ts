import { isIP } from "node:net";
import { UnderstudyError } from "@understudy/render";

/** Whether only this machine reaches an address; a name such as `127.example.com` may be anywhere. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Why a server cannot listen, in words; what is no fault of the address or the port is handed through. */
export function cannotListen(thrown: NodeJS.ErrnoException, host: string, port: number): Error {
  if (thrown.code === "EADDRINUSE") {
    return new UnderstudyError("port-in-use", `Something listens at port ${port} of ${host} already.`);
  }
  if (thrown.code === "EACCES") {
    return new UnderstudyError("bad-usage", `This user may not listen at port ${port}.`, {
      hint: "Choose a port of 1024 or more with --port.",
    });
  }
  if (["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN", "EINVAL"].includes(thrown.code ?? "")) {
    return new UnderstudyError("bad-usage", `${host} is no address of this machine.`, {
      hint: "Give --host an address of this machine, or leave it out.",
    });
  }
  return thrown;
}

/** What whoever opens an endpoint to others ought to know. */
export function openNote(host: string, port: number): string {
  const every = host === "0.0.0.0" || host === "::" ? ` Elsewhere, write this machine's name for ${host}.` : "";
  return (
    `Others reach port ${port}, too: whoever has the key can run jobs, and it travels unencrypted.${every} ` +
    "Webhooks to private addresses are refused but for those of network.allow."
  );
}
