import { html } from "./test-page.js";

/** A page with one headline that a script writes after `ms` of computing, and a link to `path` that plain fetching sees. */
export function computing(ms: number): string {
  return scripted(`const end = performance.now() + ${ms}; while (performance.now() < end); show("Computed");`);
}

/** A page whose script may call `show(title)`, which adds a headline. */
export function scripted(script: string): string {
  const show = `let shown = 0;
  function show(title) {
    const link = Object.assign(document.createElement("a"), { href: "/story" + shown++, textContent: title });
    document.body.append(document.createElement("h2"));
    document.body.lastChild.append(link);
  }`;
  return html(`<script>${show}\n${script}</script>`);
}

/** A page with one headline in its HTML, and a script behind it. */
export function disturbed(script: string): string {
  return html(`<h2><a href="/1">Still here</a></h2><script>${script}</script>`);
}
