import { setMaxListeners } from "node:events";

/** An AbortController whose signal any number of callers may listen to without a warning. */
export function createController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
