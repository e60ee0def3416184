export { parseUrlLine, type UrlLine, urlLines } from "../../http/url-lines.js";
