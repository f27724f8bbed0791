/** Name of this engine, raised when what it draws changes. */
export const onnxEngineId = "onnx@1";
