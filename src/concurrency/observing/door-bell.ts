/**
 * Answer `lab ps`: a SIGURG starts a thread that listens on a private socket, until ten seconds after the last question.
 * Other programs ignore that signal by default. With `watch` the thread runs from the start, and tells on stderr where
 * the loop was blocked for more than 50 ms. Returns a function that stops it all.
 */
export function answerTheBell({ watch = false }: { watch?: boolean } = {}): () => void {
  if (process.platform === "win32") return () => {};
  let stopAgent = () => {};
  let state: "silent" | "starting" | "answers" | "over" = "silent";
  const ring = async () => {
    if (state !== "silent") return;
    state = "starting";
    const { startAgent } = await import("./start-agent.js"); // few programs are ever asked
    if (state !== "starting") return;
    state = "answers";
    stopAgent = startAgent({ watch }, () => {
      if (state === "answers") state = "silent";
    });
  };
  process.on("SIGURG", ring);
  if (watch) void ring();
  return () => {
    state = "over";
    process.off("SIGURG", ring);
    stopAgent();
  };
}
