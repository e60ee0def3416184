import { byId, put } from "./dom.js";

export type Connection = "connecting" | "live" | "silent" | "lost";

/** Milliseconds of silence until the status says so. */
const silentMs = 5000;

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
