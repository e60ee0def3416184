/** `npm run build`: man/lab.1, the manual page, from the table of commands and their options. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { chapters } from "../dist/src/cli.js";
import { catalogue } from "../dist/src/commands/kit/catalogue.js";
import { description } from "../dist/src/commands/kit/first-screen.js";

const root = new URL("../", import.meta.url);
const { version } = JSON.parse(await readFile(new URL("package.json", root), "utf8"));
const { commands, globals } = await catalogue(chapters);

/** Text for roff: a line must not begin with a dot or a quote, and `-` is a hyphen unless it is escaped. */
function roff(text) {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^(?=[.'])/, "\\&");
}

/** A tagged paragraph. */
function item(tag, text) {
  return `.TP\n\\fB${roff(tag)}\\fR\n${roff(text)}\n`;
}

function option({ flags, description, initial }) {
  return item(flags, initial === undefined ? description : `${description} (default: ${initial})`);
}

function synopsis({ name, arguments: args, rest }) {
  const words = [...args.map(({ term }) => term), ...(rest ? [`[-- ${rest}...]`] : [])];
  return `.B lab ${roff(name)}\n${roff(["[options]", ...words].join(" "))}\n`;
}

function command(each) {
  const { name, summary, arguments: args, options, examples } = each;
  return [
    `.SS lab ${roff(name)}\n${roff(summary)}.\n.PP\n${synopsis(each)}`,
    ...args.map(({ term, description }) => item(term, description)),
    ...options.map(option),
    `.PP\nExamples:\n.PP\n.nf\n.RS 4\n${examples.map((line) => `${roff(line)}\n`).join("")}.RE\n.fi\n`,
  ].join("");
}

const exitCodes = [
  ["0", "done, or the first Ctrl-C ended a server, a listener or an app"],
  ["1", "the work failed, wholly or in part"],
  ["2", "wrong usage"],
  ["3", "a required peer is not there"],
  ["70", "a bug of lab"],
  ["126, 127", "the command of lab apm app cannot be run, or is not found"],
  ["129, 130, 143", "SIGHUP, SIGINT or SIGTERM ended a finite job, or a second signal ended any command"],
];

const variables = [
  ["NO_COLOR", "any text but the empty one switches colour off"],
  ["FORCE_COLOR", "1, 2 or 3 forces colour into a pipe, 0 or false switches it off"],
  ["CLICOLOR, CLICOLOR_FORCE", "CLICOLOR=0 switches colour off, CLICOLOR_FORCE=1 forces it into a pipe"],
  ["QUOTES_API_KEY", "the key of lab fetch-quotes"],
  ["LAB_TOKEN", "the token of lab apm server"],
];

const page = `.TH LAB 1 "" "asyncio-lab ${version}" "User Commands"
.nh
.ad l
.SH NAME
lab \\- ${roff(description)}
.SH SYNOPSIS
.B lab
[options] <command>
.PP
.B lab help
[<command>]
.SH COMMANDS
${commands.map(command).join("")}.SH OPTIONS OF EVERY COMMAND
${globals.map(option).join("")}.PP
A duration is 250ms, 1.5s, 2m or 1h; a bare number is milliseconds.
.SH EXIT STATUS
${exitCodes.map(([code, meaning]) => item(code, meaning)).join("")}.SH ENVIRONMENT
${variables.map(([name, meaning]) => item(name, meaning)).join("")}.SH SEE ALSO
docs/README.md in the folder of the package
`;

await mkdir(new URL("man/", root), { recursive: true });
await writeFile(new URL("man/lab.1", root), page);
