export { openFaceThreads, type FaceThreads } from "./face-threads.js";
