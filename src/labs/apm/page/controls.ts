import { byId, put } from "./dom.js";
import type { View } from "./view.js";

interface Controls {
  pause(): void;
  goOn(): void;
  /** Something else is to be shown. */
  changed(): void;
}

/** Listen to the time range and the pause button. Returns a function that shows a pause that ended by itself. */
export function listenToControls(view: View, { pause, goOn, changed }: Controls): () => void {
  for (const input of document.querySelectorAll<HTMLInputElement>("#range input")) {
    input.addEventListener("change", () => {
      view.seconds = Number(input.value);
      changed();
    });
  }
  const button = byId("pause");
  const show = () => {
    button.setAttribute("aria-pressed", String(view.paused));
    put(button, view.paused ? "Go on" : "Pause");
  };
  button.addEventListener("click", () => {
    if (view.paused) goOn();
    else pause();
    show();
    changed();
  });
  return show;
}
