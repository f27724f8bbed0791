export { runDemo, type DemoFlags } from "./run-demo.js";
