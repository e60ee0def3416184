import { byId, put } from "./dom.js";
import type { Loss } from "./feed-reader.js";
import type { Rejected } from "./protocol.js";

export type Connection = "connecting" | "live" | "silent" | "lost";

/** Milliseconds of silence until the status says so. A beat comes every five seconds. */
const silentMs = 7000;

const [status, text, notice] = [byId("status"), byId("status-text"), byId("notice")];

/** Show the state of the connection, with its text. */
export function showConnection(state: Connection, what: string): void {
  status.dataset.state = state;
  put(text, what);
}

/**
 * Show whether a connected server still sends; call it again and again. A suspended server, or one behind a cut cable,
 * keeps its connection. `heardAt`: the time of its last message, by performance.now().
 */
export function showSilence(heardAt: number): void {
  if (status.dataset.state !== "live" && status.dataset.state !== "silent") return;
  const ms = performance.now() - heardAt;
  if (ms < silentMs) showConnection("live", "Live");
  else showConnection("silent", `Connected, but nothing new for ${Math.floor(ms / 1000)} s`);
}

/** Show a sentence above everything else; "" removes it. */
export function showNotice(sentence: string): void {
  notice.hidden = sentence === "";
  put(notice, sentence);
}

const later = "What you see is what it was then; this page goes on by itself once the server is back.";

const losses: Readonly<Record<Loss, string>> = {
  farewell: `The server has ended. ${later}`,
  lost: `The connection to the server is lost. ${later}`,
  silent: `Nothing comes from the server any more, though the connection seems open. ${later}`,
  token: "The server wants another token: open the page once as /?token=… with the token of this server.",
};

/** Show that the feed is lost, and what to do. */
export function showLoss(loss: Loss): void {
  showConnection("lost", loss === "token" ? "Not admitted" : "Connection lost");
  showNotice(losses[loss]);
}

/** Show how many messages were rejected, and the fault of the last one. */
export function showRejected({ count, text, from }: Rejected): void {
  const rejected = byId("rejected");
  rejected.hidden = false;
  const many =
    count === 1 ? "1 message was rejected" : `${count.toLocaleString("en")} messages were rejected, the last one`;
  put(rejected, `${many}${from === undefined ? "" : ` (${from})`}: ${text}.`);
}
