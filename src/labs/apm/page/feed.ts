import type { Hello, SeriesUpdate, Snapshot } from "../page-protocol.js";

export interface FeedEvents {
  /** The connection is there; what was missed can be asked for. */
  hello(hello: Hello): void;
  sample(sample: SeriesUpdate): void;
  /** It is gone; another try is under way. `farewell`: the server said so itself. */
  lost(farewell: boolean): void;
}

const graceMs = 800;
const retryMs = 1500;

/**
 * The live feed, kept open as long as the page is seen: a hidden tab would hold one of the six connections that a
 * browser has for a server. Reconnects by itself, also where EventSource gives up.
 */
export function keepFeedOpen(events: FeedEvents): void {
  let source: EventSource | undefined;
  let timer = 0;

  function open(): void {
    clearTimeout(timer);
    source?.close();
    if (document.hidden) return;
    let farewell = false;
    const own = new EventSource("/feed");
    source = own;
    own.addEventListener("hello", (event) => {
      farewell = false;
      events.hello(JSON.parse(event.data));
    });
    own.addEventListener("snapshot", (event) => {
      for (const sample of (JSON.parse(event.data) as Snapshot).samples) events.sample(sample);
    });
    own.addEventListener("message", (event) => events.sample(JSON.parse(event.data)));
    own.addEventListener("again", open); // the server lets go of old connections
    own.addEventListener("bye", () => {
      farewell = true;
    });
    own.addEventListener("error", () => {
      clearTimeout(timer);
      const closed = own.readyState === EventSource.CLOSED;
      timer = setTimeout(() => {
        if (own.readyState === EventSource.OPEN || own !== source) return;
        events.lost(farewell);
        if (closed) timer = setTimeout(open, retryMs);
      }, graceMs);
    });
  }

  document.addEventListener("visibilitychange", open);
  open();
}
