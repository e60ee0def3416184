import type { Beat, Hello, Mark, Rejected, SeriesUpdate, Snapshot } from "./protocol.js";

/** `farewell`: the server announced its end. `silent`: the link is dead. `token`: the server wants one. */
export type Loss = "farewell" | "lost" | "silent" | "token";

export interface FeedEvents {
  /** The feed is connected, and missed samples can be asked for. */
  hello(hello: Hello): void;
  sample(sample: SeriesUpdate): void;
  /** The server lives, though no app may report. */
  beat(beat: Beat): void;
  rejected(rejected: Rejected): void;
  mark(mark: Mark): void;
  /** The feed is lost and is being reconnected. */
  lost(loss: Loss): void;
}

const graceMs = 800;
const retryMs = 1500;
/** Milliseconds without a word, after which a link is dead: two beats are missing. */
const deadMs = 12_000;

/**
 * Keep the live feed open while the page is visible. A hidden tab would hold one of the six connections that a browser
 * has for a server. Reconnects by itself, also when EventSource gives up, and when a link is dead without an error.
 */
export function keepFeedOpen(events: FeedEvents): void {
  let source: EventSource | undefined;
  let timer = 0;
  let heardAt = 0;

  function open(): void {
    clearTimeout(timer);
    source?.close();
    source = undefined;
    heardAt = performance.now();
    if (!document.hidden) source = listen(new EventSource("feed"));
  }

  function listen(own: EventSource): EventSource {
    let farewell = false;
    const on = <T>(name: string, take: (data: T) => void) =>
      own.addEventListener(name, (event) => {
        heardAt = performance.now();
        take(JSON.parse((event as MessageEvent<string>).data) as T);
      });
    on<Hello>("hello", (hello) => {
      farewell = false;
      events.hello(hello);
    });
    on<Snapshot>("snapshot", ({ samples }) => {
      for (const sample of samples) events.sample(sample);
    });
    on<SeriesUpdate>("message", (sample) => events.sample(sample));
    on<Beat>("beat", (beat) => events.beat(beat));
    on<Rejected>("rejected", (rejected) => events.rejected(rejected));
    on<Mark>("mark", (mark) => events.mark(mark));
    on<{ marks: Mark[] }>("marks", ({ marks }) => {
      for (const mark of marks) events.mark(mark);
    });
    on("again", open); // the server ends old connections
    on("bye", () => {
      farewell = true;
    });
    own.addEventListener("error", () => {
      clearTimeout(timer);
      const closed = own.readyState === EventSource.CLOSED;
      timer = setTimeout(async () => {
        if (own.readyState === EventSource.OPEN || own !== source) return;
        events.lost(farewell ? "farewell" : closed && (await wantsToken()) ? "token" : "lost");
        if (closed && own === source) timer = setTimeout(open, retryMs);
      }, graceMs);
    });
    return own;
  }

  /** A half-open connection gives no error, nor does a suspended server. */
  function watch(): void {
    if (!source || performance.now() - heardAt < deadMs) return;
    events.lost("silent");
    open();
  }

  setInterval(watch, 1000);
  document.addEventListener("visibilitychange", open);
  open();
}

/** EventSource does not tell the status of a refusal. */
async function wantsToken(): Promise<boolean> {
  const reply = await fetch("feed", { method: "HEAD" }).catch(() => undefined);
  return reply?.status === 401;
}
