import type { Hello, SeriesUpdate, Snapshot } from "./protocol.js";

export interface FeedEvents {
  /** The feed is connected, and missed samples can be asked for. */
  hello(hello: Hello): void;
  sample(sample: SeriesUpdate): void;
  /** The feed is lost and is being reconnected. `farewell`: the server announced its end. */
  lost(farewell: boolean): void;
}

const graceMs = 800;
const retryMs = 1500;

/**
 * Keep the live feed open while the page is visible. A hidden tab would hold one of the six connections that a browser
 * has for a server. Reconnects by itself, also when EventSource gives up.
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
    own.addEventListener("again", open); // the server ends old connections
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
