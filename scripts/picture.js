/** `npm run pictures`: the SVGs in docs/, drawn from the output of real runs. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI styles begin with one
const ansiStyle = /(\u001b\[\d+m)/;
const columns = 100;
const [charWidth, lineHeight, margin] = [8.4, 20, 20];
const styles = { 1: "font-weight:bold", 2: "opacity:.6", 31: "fill:#ff6b6b", 32: "fill:#51cf66" };

const server = spawn(process.execPath, ["bin/lab.js", "serve", "--port", "0", "--json"], {
  cwd: root,
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [line] = await once(server.stdout, "data");
  const { url } = JSON.parse(line);
  draw("docs/fetch-quotes.svg", ["fetch-quotes", "--mode", "compare"]);
  draw("docs/fetch.svg", ["fetch", `${url}/delay/50`, "--repeat", "10000", "--concurrency", "500"]);
} finally {
  server.kill();
}

/** Run `lab` with `args`, and draw the command and its output into `file`. */
function draw(file, args) {
  const { stdout, status } = spawnSync(process.execPath, ["bin/lab.js", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, FORCE_COLOR: "1", NO_COLOR: "" },
  });
  if (status !== 0) throw new Error(`lab ended with ${status}`);
  writeFileSync(`${root}${file}`, picture(args, stdout));
}

function picture(args, output) {
  const typed = `lab ${args.join(" ")}`.replace(/127\.0\.0\.1:\d+/, "127.0.0.1:8080"); // the default port
  const lines = [`$ ${typed}`, ...output.trimEnd().split("\n")];
  const height = lines.length * lineHeight + 2 * margin;
  const width = columns * charWidth + 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14" fill="#e9ecef">
<title>The output of ${typed}</title>
<rect width="100%" height="100%" rx="8" fill="#1b1e24"/>
${lines.map(drawLine).join("\n")}
</svg>
`;
}

function drawLine(line, row) {
  return `<text x="${margin}" y="${margin + (row + 0.75) * lineHeight}" xml:space="preserve">${spans(line)}</text>`;
}

/** ANSI styles as tspans; a line that is too long ends in an ellipsis. */
function spans(line) {
  let room = columns;
  let style = "";
  let svg = "";
  for (const part of line.split(ansiStyle)) {
    const code = part.startsWith("\x1b") ? part.slice(2, -1) : undefined;
    if (code !== undefined) style = styles[code] ?? "";
    else if (room > 0) {
      const text = part.length > room ? `${part.slice(0, room - 1)}…` : part;
      room -= part.length;
      svg += style ? `<tspan style="${style}">${escapeXml(text)}</tspan>` : escapeXml(text);
    }
  }
  return svg;
}

function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
