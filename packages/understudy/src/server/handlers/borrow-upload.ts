import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { makePrivateFolder, withStagingFolder } from "#records/index.js";
import { notFound } from "#server/problem.js";
import type { Service } from "#server/service.js";
import type { Upload } from "#uploads/upload-list.js";

/** An upload of the caller's that has arrived whole. @throws UnderstudyError `not-found`, `bad-request`. */
export async function wholeUpload(ownerId: string, id: string, { uploads }: Pick<Service, "uploads">): Promise<Upload> {
  const upload = await uploads.get(ownerId, id);
  if (upload === undefined) throw notFound("upload");
  if (upload.state === "whole") return upload;
  throw new UnderstudyError("bad-request", `The upload ${id} is ${upload.state}.`, {
    hint: "Send the rest of its bytes, or make a new upload.",
  });
}

/** Lends an upload as a file of this machine, and removes that whatever happens. */
export async function withUpload<T>(
  upload: Upload,
  { artifacts, uploads, config }: Pick<Service, "artifacts" | "uploads" | "config">,
  signal: AbortSignal,
  action: (path: string) => Promise<T>,
): Promise<T> {
  const workFolder = join(config.dataFolder, "work");
  await makePrivateFolder(workFolder);
  return withStagingFolder(workFolder, async (folder) => {
    const path = join(folder, `upload.${endingOf(upload)}`);
    const expected = upload.sha256 === undefined ? {} : { sha256: upload.sha256 };
    await artifacts.fetch(uploads.artifactKey(upload), path, expected, signal);
    return action(path);
  });
}

/** Such as `png` of `image/png`; readers go by the bytes, and evidence keeps its ending. */
function endingOf({ mediaType = "" }: Upload): string {
  const [, type = ""] = /^(?:image|video|audio)\/([a-z0-9]{1,8})$/.exec(mediaType) ?? [];
  return type === "" ? "bin" : type;
}
