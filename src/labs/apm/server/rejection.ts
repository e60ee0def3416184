import { cut } from "../../../text/cut.js";
import { printableJson } from "../../../text/printable.js";
import type { Frames } from "../../../zeromq/inlet.js";
import type { RejectReason } from "./counters.js";
import { limits } from "./limits.js";
import { checkFields, readObject } from "./parse-sample.js";

/** Why a message was rejected, in words: the field, what was expected, what came, and from whom. */
export interface Rejection {
  reason: RejectReason;
  /** The field that is wrong, and its grammar. */
  field?: string;
  expected?: string;
  /** What came: cut, with every unprintable character escaped. */
  got?: string;
  /** What the message says of its sender, as far as it can be read: ZeroMQ tells no address. */
  from?: string;
  /** All of it as a sentence without a full stop. */
  text: string;
}

/** Explain a message that was rejected. Reads it again, so that messages that are taken cost nothing. */
export function explain(frames: Frames, reason: RejectReason): Rejection {
  const [frame = new Uint8Array()] = frames;
  if (reason === "frames") return { reason, text: `it has ${frames.length} frames, a sample has one` };
  if (reason === "empty") return { reason, text: "it is empty" };
  if (reason === "utf8") return withGot({ reason, text: "it is not UTF-8" }, Buffer.from(frame).toString("hex", 0, 16));
  const read = readObject(frame);
  if ("reason" in read) {
    const text = reason === "json" ? "it is not JSON" : "it is not a JSON object";
    return withGot({ reason, text }, JSON.stringify(Buffer.from(frame).toString("utf8", 0, 200)));
  }
  const from = senderOf(read.data);
  const known = { reason, ...(from !== undefined && { from }) };
  if (reason === "cardinality") return { ...known, text: `there are ${limits.maxSeries} series already` };
  const { field = "", expected = "", got } = checkFields(read.data, () => {}) ?? {};
  const what = { ...known, field, expected };
  if (got === undefined) return { ...what, text: `${field} is missing: it must be ${expected}` };
  return withGot({ ...what, text: `${field} must be ${expected}` }, JSON.stringify(got));
}

function withGot(rejection: Rejection, raw: string): Rejection {
  const got = cut(printableJson(raw), limits.maxRejectionText);
  return { ...rejection, got, text: `${rejection.text}, got ${got}` };
}

/** `"checkout", pid 7, id "4f1c"`, of the fields that are right. */
function senderOf(data: object): string | undefined {
  const said = data as Record<string, unknown>;
  const words = (["name", "host", "id", "color"] as const)
    .filter((field) => typeof said[field] === "string")
    .map((field) => `${field} ${cut(printableJson(JSON.stringify(said[field])), 40)}`);
  if (Number.isSafeInteger(said.pid)) words.push(`pid ${said.pid}`);
  return words.length > 0 ? words.join(", ") : undefined;
}
