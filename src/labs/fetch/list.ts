export type { LineSource } from "../../http/job-list.js";
export { maskPassword } from "../../http/mask-password.js";
export { type RawLine, rawLines } from "../../http/url-lines.js";
