const mostColors = 32;
const goldenAngle = 137.5; // degrees between two neighbours, so that they differ, however many there are

const colors = Array.from({ length: mostColors }, (_, nth) => {
  const hue = Math.round((255 + nth * goldenAngle) % 360);
  return `section:nth-child(${nth + 1}) { --hue: ${hue} }`;
});

/** The style of the page. Lightness is the same for all colours, so that each is readable on both backgrounds. */
export const style = `
:root { color-scheme: light dark; --page: #f5f5f3; --card: #fff; --ink: #1c1d1f; --muted: #60646a; --line: #e2e2dd; --bad: #b3261e; --light: 45%; --chroma: 0.13 }
@media (prefers-color-scheme: dark) {
:root { --page: #131416; --card: #1b1c1f; --ink: #e8e8e6; --muted: #a0a4aa; --line: #303236; --bad: #ff8a80; --light: 80%; --chroma: 0.11 }
}
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem clamp(1rem, 3vw, 3rem) 3rem; background: var(--page); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; margin-bottom: 1.25rem }
h1 { margin: 0; font: 700 2rem/1.2 Georgia, "Times New Roman", serif }
header p { margin: 0; color: var(--muted) }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1.25rem; align-items: start }
section { --color: oklch(var(--light) var(--chroma) var(--hue)); min-width: 0; padding: 0 1.1rem 0.6rem; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--color); border-radius: 4px; overflow-wrap: anywhere }
h2 { margin: 0.8rem 0 0.5rem; font-size: 1.15rem }
h2 a { color: var(--color) }
a { color: inherit; text-decoration: none }
a:hover, a:focus-visible { color: var(--color); text-decoration: underline }
ol { margin: 0; padding: 0; list-style: none }
li { padding: 0.5rem 0; border-top: 1px solid var(--line) }
li time { display: block }
li time, .none { color: var(--muted); font-size: 0.85rem }
.failed { margin: 0 0 0.6rem; padding: 0.5rem 0.7rem; border-left: 3px solid var(--bad); color: var(--bad); font-size: 0.9rem }
${colors.join("\n")}
`;
