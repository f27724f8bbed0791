import { packageVersion } from "#cli/package-version.js";
import type { Api } from "./api.js";

/** The API as OpenAPI 3.1 describes it. */
export type ApiDocument = ReturnType<Api["getOpenAPI31Document"]>;

/** Describes every route of an application. @param publicUrl where it is reached. */
export function describeApi(api: Api, publicUrl: string): ApiDocument {
  return api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Understudy API",
      version: packageVersion,
      description: introduction,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: publicUrl }],
  });
}

/** Makes the document know how requests show their key. Once for each application. */
export function registerKeys(api: Api): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "A key of `understudy access create`; the route says which scope it needs (`x-scope`).",
  });
}

const introduction =
  "A product video and one photo of a person who agreed to it go in, the same video with that face in the segments you chose comes out. Errors are RFC 9457 problems with a permanent `code`.";
