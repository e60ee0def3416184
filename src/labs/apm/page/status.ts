import { byId, put } from "./dom.js";

export type Connection = "connecting" | "live" | "silent" | "lost";

/** Longer than this, an app's line has a gap that is to be seen. */
const silentMs = 5000;

const [status, text, notice] = [byId("status"), byId("status-text"), byId("notice")];

/** Say how it stands with the server, in so many words. */
export function showConnection(state: Connection, what: string): void {
  status.dataset.state = state;
  put(text, what);
}

/**
 * Say whether a live server still sends something; call it again and again. One that is stopped, or behind a network
 * that is cut, keeps its connection. `heardAt`: when it last did, on the clock of performance.now().
 */
export function showSilence(heardAt: number): void {
  if (status.dataset.state !== "live" && status.dataset.state !== "silent") return;
  const ms = performance.now() - heardAt;
  if (ms < silentMs) showConnection("live", "Live");
  else showConnection("silent", `Connected, but nothing new for ${Math.floor(ms / 1000)} s`);
}

/** A sentence above everything else; "" takes it away. */
export function showNotice(sentence: string): void {
  notice.hidden = sentence === "";
  put(notice, sentence);
}
