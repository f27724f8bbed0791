export * from "#protocol.js";
export * from "#client/index.js";
export * from "#endpoint/index.js";
export * from "#worker/index.js";
