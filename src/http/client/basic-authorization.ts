import { unescape as decoded } from "node:querystring";
import type { HttpRequest } from "./exchange.js";

/** A user and password in a URL are sent as curl sends them: by Basic authentication. */
export function withBasicAuthorization(request: HttpRequest): HttpRequest {
  const { username, password } = request.url;
  const secret = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64");
  return { ...request, headers: { authorization: `Basic ${secret}`, ...request.headers } };
}
