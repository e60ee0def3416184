export type { LineSource } from "../../http/job-list.js";
export { type RawLine, rawLines } from "../../http/url-lines.js";
