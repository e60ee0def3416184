import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "./limits.js";
import type { NewPatron } from "./patron-table.js";

/** A request that cannot be served as it is: the status and one line for the client. */
export class BadRequest extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: BadRequest["status"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const fields = ["name", "fav_dish"] as const;

/** The patron in the body of a request. Throws BadRequest. */
export async function readPatron(request: IncomingMessage, response: ServerResponse): Promise<NewPatron> {
  const { "content-type": type = "" } = request.headers;
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new BadRequest(415, "the content type must be application/json");
  return patronOf(parse(await readBody(request, response)));
}

async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  const tooLarge = new BadRequest(413, `a body may have ${limits.bodyBytes} bytes`);
  if (Number(request.headers["content-length"] ?? 0) > limits.bodyBytes) throw tooLarge;
  if (request.headers.expect === "100-continue") response.writeContinue();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > limits.bodyBytes) throw tooLarge;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error === tooLarge) throw error;
    throw new BadRequest(400, "the body has ended early", { cause: error }); // its code is that of a lost database, too
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new BadRequest(400, "the body must be JSON in UTF-8");
  }
}

function patronOf(value: unknown): NewPatron {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BadRequest(400, "the body must be a JSON object");
  }
  const object = value as Record<string, unknown>;
  const unknown = Object.keys(object).find((key) => !fields.includes(key as "name"));
  if (unknown !== undefined) throw new BadRequest(400, `unknown field ${JSON.stringify(unknown.slice(0, 40))}`);
  for (const field of fields) {
    const broken = brokenRule(Object.hasOwn(object, field) ? object[field] : undefined);
    if (broken) throw new BadRequest(400, `${field} ${broken}`);
  }
  return object as unknown as NewPatron;
}

/** PostgreSQL refuses NUL in text, and half a surrogate pair has no UTF-8. */
function brokenRule(value: unknown): string | undefined {
  if (value === undefined) return "is missing";
  if (typeof value !== "string") return "must be a string";
  if (value === "") return "must not be empty";
  if (value.includes("\0")) return "must not contain NUL";
  if (/\p{Surrogate}/u.test(value)) return "must not contain half a surrogate pair";
  return undefined;
}
