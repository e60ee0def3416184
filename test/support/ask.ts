import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Send one HTTP request on a connection of its own, and return the whole reply. */
export async function ask(url: string, { method = "GET", body = "" } = {}): Promise<Answer> {
  const outgoing = request(url, { method, agent: false });
  outgoing.end(body);
  const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: reply.statusCode ?? 0, headers: reply.headers, body: await text(reply) };
}
