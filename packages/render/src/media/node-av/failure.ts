import { constants } from "node:os";
import { UnderstudyError, type ErrorCode } from "#model/errors.js";
import type { NodeAv } from "./load.js";

/** Throws when an FFmpeg call returned an error; a full disk or an exhausted quota always becomes `disk-full`. */
export function check(av: NodeAv, status: number, code: ErrorCode, message: string): number {
  if (status >= 0) return status;
  // FFmpeg gives the system's own error numbers with a minus sign.
  const isFull = status === av.constants.AVERROR_ENOSPC || status === -constants.errno.EDQUOT;
  if (isFull) throw new UnderstudyError("disk-full", "The disk is full.");
  const reason = av.lib.FFmpegError.strerror(status);
  throw new UnderstudyError(code, `${message} (${reason}).`, {
    cause: new Error(`FFmpeg status ${status}: ${reason}`),
  });
}
