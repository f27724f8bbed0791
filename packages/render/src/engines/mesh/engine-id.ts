/** Permanent name of the engine; the number grows when the same input gives a visibly different face. */
export const meshEngineId = "mesh@1";
