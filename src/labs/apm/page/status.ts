import { byId, put } from "./dom.js";

export type Connection = "connecting" | "live" | "lost";

const [status, text, notice] = [byId("status"), byId("status-text"), byId("notice")];

/** Say how it stands with the server, in so many words. */
export function showConnection(state: Connection, what: string): void {
  status.dataset.state = state;
  put(text, what);
}

/** A sentence above everything else; "" takes it away. */
export function showNotice(sentence: string): void {
  notice.hidden = sentence === "";
  put(notice, sentence);
}
