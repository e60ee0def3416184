import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Who knows the token may ask. A program sends it as `Authorization: Bearer …`; a browser opens the page once with
 * `/?token=…` and gets a cookie for it, since EventSource cannot send headers. The cookie is derived from the token: it
 * outlives a restart of the server, and does not tell the token.
 */
export class AccessToken {
  readonly #token: string;
  readonly #cookie: string;
  /** Another for each token: cookies know no ports, and two servers of one machine must not log each other's browsers out. */
  readonly #cookieName: string;

  constructor(token: string) {
    this.#token = token;
    this.#cookie = createHmac("sha256", token).update("asyncio-lab page cookie").digest("base64url");
    this.#cookieName = `lab_apm_${createHash("sha256").update(this.#cookie).digest("hex").slice(0, 8)}`;
  }

  /** Whether the request shows the token, in whatever way. */
  admits({ headers, url = "" }: Pick<IncomingMessage, "headers" | "url">): boolean {
    const [, bearer] = /^Bearer (\S+)$/i.exec(headers.authorization ?? "") ?? [];
    const cookie = cookieOf(this.#cookieName, headers.cookie ?? "");
    return (
      (bearer !== undefined && same(bearer, this.#token)) ||
      (cookie !== undefined && same(cookie, this.#cookie)) ||
      this.isIn(url)
    );
  }

  /** Whether the address has it: then the browser is to get its cookie, and an address without it. */
  isIn(url: string): boolean {
    const typed = new URL(url, "http://host").searchParams.get("token");
    return typed !== null && same(typed, this.#token);
  }

  /** HttpOnly: no script can read it. SameSite=Strict: no other site's page can make the browser send it. */
  setCookie(response: ServerResponse): void {
    response.setHeader(
      "set-cookie",
      `${this.#cookieName}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000`,
    );
  }
}

function cookieOf(cookieName: string, header: string): string | undefined {
  const cookies = header.split(/; */).map((cookie) => cookie.split("=", 2));
  return cookies.find(([name]) => name === cookieName)?.[1];
}

/** In a time that tells nothing of where they differ. */
function same(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}
