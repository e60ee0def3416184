import { domainToUnicode } from "node:url";

/**
 * The http or https URL that `text` is, or the reason why it is none. Spaces around it are allowed. `new URL` leaves out tabs and line ends, and turns
 * `\` into `/`, an odd host into another one. Such a text names no URL here, since another one would be fetched.
 */
export function parseUrl(text: string): URL | string {
  const url = parsed(text);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) return "";
  return url.href === text ? url : (flawOf(text.replace(/^ +| +$/g, ""), url) ?? url);
}

/** URL.canParse() before would parse each line twice. */
function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** The change that `new URL` has made. Undefined if it has encoded characters only. */
function flawOf(text: string, { hostname }: URL): string | undefined {
  if (/[\t\r\n]/.test(text)) return "there is a tab or a line end in it";
  if (/^[\0-\x20]|[\0-\x20]$/.test(text)) return "there is a control character around it";
  const [, authority] = /^https?:\/\/([^/?#\\]+)/i.exec(text) ?? [];
  if (authority === undefined) return "there must be // and a host after the scheme";
  if (/^[^?#]*\\/.test(text)) return "there is a backslash in it";
  const host = authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, "");
  const isSame = host.toLowerCase() === hostname || host.normalize("NFC").toLowerCase() === domainToUnicode(hostname);
  return isSame || host.startsWith("[") ? undefined : `its host would become ${hostname}`;
}
