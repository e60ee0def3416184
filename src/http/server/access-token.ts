import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Admits the requests that show a token. A program sends it as `Authorization: Bearer …`. A browser opens `/?token=…`
 * once and gets a cookie, because EventSource cannot send headers. The cookie is derived from the token, so it survives
 * a restart of the server. It does not reveal the token.
 */
export class AccessToken {
  readonly #token: string;
  readonly #cookie: string;
  /** Differs per token. Cookies ignore the port, so two servers on one machine would overwrite each other's cookie. */
  readonly #cookieName: string;

  constructor(token: string) {
    this.#token = token;
    this.#cookie = createHmac("sha256", token).update("asyncio-lab page cookie").digest("base64url");
    this.#cookieName = `lab_apm_${createHash("sha256").update(this.#cookie).digest("hex").slice(0, 8)}`;
  }

  /** Whether the request shows the token, as a Bearer header, as the cookie or in its URL. */
  admits({ headers, url = "" }: Pick<IncomingMessage, "headers" | "url">): boolean {
    const [, bearer] = /^Bearer (\S+)$/i.exec(headers.authorization ?? "") ?? [];
    const cookie = cookieOf(this.#cookieName, headers.cookie ?? "");
    return (
      (bearer !== undefined && same(bearer, this.#token)) ||
      (cookie !== undefined && same(cookie, this.#cookie)) ||
      this.isIn(url)
    );
  }

  /** Whether the URL has the token. The caller then sets the cookie and redirects to a URL without the token. */
  isIn(url: string): boolean {
    const typed = new URL(url, "http://host").searchParams.get("token");
    return typed !== null && same(typed, this.#token);
  }

  /** HttpOnly hides the cookie from scripts. SameSite=Strict keeps other sites from making the browser send it. */
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

/** Takes the same time wherever the texts differ. */
function same(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}
