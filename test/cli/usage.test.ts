import "../support/hygiene.js";
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { mapConcurrent } from "../../src/concurrency/index.js";
import { lab } from "../support/lab.js";
import { startProgram } from "../support/program.js";

/** Typed arguments, and the pattern of the line that answers them. */
type Wrong = readonly [args: string[], says: RegExp];

const wrongWords: Wrong[] = [
  [["helo"], /unknown command 'helo' \(Did you mean hello\?\)/],
  [["toString"], /unknown command 'toString'/],
  [["__proto__"], /unknown command '__proto__'/],
  [["constructor", "--json"], /unknown command 'constructor'/],
  [[""], /unknown command ''/],
  [["\u001b[31mred"], /unknown command '\\u\{1b\}\[31mred'/],
  [["--json"], /expected a command/],
  [["--no-color"], /expected a command/],
  [["helo", "--help"], /unknown command 'helo' \(Did you mean hello\?\)/],
  [["--json", "helo", "--help"], /unknown command 'helo' \(Did you mean hello\?\)/],
  [["--no-color", "help", "helo"], /unknown command 'helo' \(Did you mean hello\?\)/],
  [["apm", "helo", "-h"], /unknown command 'helo'/],
  [["apm", "help", "keygn"], /unknown command 'keygn' \(Did you mean keygen\?\)/],
  [["help", "apm", "keygn"], /unknown command 'keygn' \(Did you mean keygen\?\)/],
  [["x".repeat(100_000)], /unknown command 'x{200}/],
  [["fetch-quotes", "--apikey=s3cret"], /unknown option '--apikey'\n$/],
  [["fetch-quotes", "--base-url", "ftp://me:s3cret@host/?key=s3cret"], /got "ftp:\/\/…@host\/\?…"/],
  [["help", "helo"], /unknown command 'helo'/],
  [["--jsn"], /unknown option '--jsn' \(Did you mean --json\?\)/],
  [["hello", "--dely", "1s"], /unknown option '--dely' \(Did you mean --delay\?\)/],
  [["hello", "--color", "red"], /unknown option '--color'/],
  [["hello", "there", "you"], /too many arguments for 'hello': it takes none, got "there you"\n$/],
  [["hello", "--", "there"], /too many arguments for 'hello': it takes none, got "there"\n$/],
  [["hello", "--json=yes"], /--json takes no value\n$/],
  [["--json=1"], /--json takes no value\n$/],
  [["serve", "--insecure=s3cret"], /--insecure takes no value\n$/],
  [["apm", "app", "--require-server=true"], /--require-server takes no value\n$/],
  [["hello", "--delay"], /option '--delay <duration>' argument missing/],
  [["apm", "--bogus"], /unknown option '--bogus'/],
  [["apm", "--json"], /expected a command/],
  [["apm", "keygn"], /unknown command 'keygn' \(Did you mean keygen\?\)/],
  [["apm", "toString"], /unknown command 'toString'/],
  [["keygen"], /unknown command 'keygen'/],
  [["apm keygen"], /unknown command 'apm keygen'/],
  [["apm", "keygen"], /required option '--out <file>' not specified/],
  [["apm", "keygen", "--out", ""], /--out must be the name of a file/],
  [["apm", "keygen", "--out", "-"], /--out must be the name of a file, got "-": there are two files/],
  [["apm", "keygen", "--out", "never-written", "--ot", "x"], /unknown option '--ot' \(Did you mean --out\?\)/],
  ...[
    ["hello", "--delay", "1s", "--delay", "2s"],
    ["hello", "--delay", "1000", "--delay=1000"], // equal to the default
    ["blocking", "--on", "main", "--on", "thread"],
    ["fetch-quotes", "--category", "art", "--mode", "compare", "--category", "love", "--mode", "compare"],
    ["fetch", "-c", "5", "http://a/", "-H", "a: 1", "-H", "b: 2", "--concurrency", "6"],
    ["serve", "--port", "0", "--port", "0"],
    ["poller-srv", "--count", "1", "--count", "1"],
    ["poller", "--count", "1", "--count", "1"],
    ["apm", "server", "--allow-host", "a", "b", "--allow-host", "c", "--port", "0", "--port", "0"],
    ["apm", "app", "--interval", "1s", "--interval", "1s", "--", "true", "--interval"],
    ["apm", "keygen", "--out", "never-written", "--out", "never-written"],
  ].map((args): Wrong => [args, /--(?:delay|on|mode|concurrency|port|count|interval|out) was given twice\n$/]),
];

/** The same for option values, and for options that exclude each other. */
const wrongValues: Wrong[] = [
  ...bad("hello", "--delay", /must be a duration from 0 to 24h/, [
    "",
    "x",
    "-1",
    "1 s",
    "1d",
    "25h",
    "1e3",
    "Infinity",
    "NaN",
    "0x10",
  ]),
  ...bad("hello", "--count", /must be a whole number from 1 to 10000/, [
    "",
    "0",
    "-1",
    "1.5",
    "x",
    "1e3",
    "10001",
    "NaN",
    "0x10",
    " 1",
  ]),
  ...bad("blocking", "--for", /must be a duration/, ["", "0", "-1", "long"]),
  ...bad("blocking", "--on", /must be one of main, thread, process, got/, ["", "cpu", "main,", "main thread"]),
  ...bad("blocking", "--on", /must name each once/, ["main,main"]),
  ...bad("race", "--bots", /must be a whole number from 1 to 64, got/, ["", "0", "65", "1.5", "x"]),
  ...bad("race", "--tables", /must be a whole number from 1 to 1000000, got/, ["", "0", "1000001"]),
  ...bad("race", "--rounds", /must be a whole number from 1 to 1000, got/, ["", "0", "1001"]),
  ...bad("race", "--fix", /must be one of none, lock, atomic, single, forgotten, got/, ["", "all", "none,"]),
  ...bad("cost", "--count", /must be a whole number from 1 to 1000000, got/, ["", "0", "-1", "1000001", "1e3", "1.5"]),
  ...bad("cost", "--kind", /must be one of task, connection, os-thread, thread, process, got/, ["", "worker", "task,"]),
  ...bad("cost", "--kind", /must name each once/, ["task,task"]),
  ...bad("cost", "--ceiling", /must be a size from 64MiB on, such as 512MiB or 2GiB, got/, [
    "",
    "63MiB",
    "-1GiB",
    "1TiB",
    "64mib",
    "NaN",
  ]),
  ...bad("cost", "--hold", /must be a duration above 0/, ["", "0", "-1s", "long"]),
  ...bad("queue", "--items", /must be a whole number from 1 to 1000000, got/, ["", "0", "-1", "1000001", "1e3"]),
  ...bad("queue", "--workers", /must be a whole number from 1 to 1000, got/, ["", "0", "1001", "x"]),
  ...bad("queue", "--max-size", /must be a whole number from 1 to 1000000, got/, ["", "0", "1000001", "Infinity"]),
  ...bad("coroutine", "--only", /must be one of function, async-function, async-generator-function, …, got/, [
    "",
    "nothing-like-it",
  ]),
  ...bad("coroutine", "--only", /must name each once/, ["send,send"]),
  ...bad("janus", "--count", /must be a whole number from 1 to 1000000, got/, ["", "0", "-1", "1000001", "all"]),
  ...bad("janus", "--max-size", /must be a whole number from 1 to 1000, got/, ["", "0", "1001", "1.5"]),
  ...bad("fetch-quotes", "--base-url", /must be an http or https URL/, [
    "",
    "x",
    "localhost:80",
    "file:///etc/passwd",
    "http://",
  ]),
  ...bad("fetch-quotes", "--base-url", /must not contain a user or password/, ["http://me:pw@localhost"]),
  ...bad("fetch-quotes", "--base-url", /must end with its path, without \? or #/, [
    "http://localhost/?a=1",
    "http://localhost/#a",
  ]),
  ...bad("fetch-quotes", "--api-key", /must be a Bearer token/, ["", "a b", "a\nb", "ü", 'a"b', "a=b"]),
  ...bad("fetch-quotes", "--category", /must be a name of 1 to 100 characters/, [
    "",
    "a\u0000b".replace("\u0000", "\u0007"),
    "x".repeat(101),
  ]),
  ...bad("fetch-quotes", "--mode", /must be one of concurrent, sequential, compare, got/, [
    "",
    "parallel",
    "Concurrent",
  ]),
  ...bad("fetch-quotes", "--concurrency", /must be a whole number from 1 to 1024/, [
    "",
    "0",
    "-1",
    "2.5",
    "1025",
    "all",
  ]),
  ...bad("fetch-quotes", "--latency", /must be a duration from 0 to 24h/, ["", "-5ms", "soon"]),
  ...bad("fetch-quotes", "--timeout", /must be a duration/, ["", "0", "0s", "-1", "never"]),
  ...["--push", "--pub"].flatMap((flag) => [
    ...bad("poller-srv", flag, /must be tcp:\/\/host:port or ipc:\/\/path, got/, ["", "5557", "http://127.0.0.1:80"]),
    ...bad("poller-srv", flag, /must end with a port from 1 to 65535 \(0: any free one\), got/, [
      "tcp://127.0.0.1:99999",
      "tcp://127.0.0.1:-1",
      "tcp://127.0.0.1:abc",
    ]),
  ]),
  ...["--pull", "--sub"].flatMap((flag) => [
    ...bad("poller", flag, /must end with a port from 1 to 65535, got/, ["tcp://h:0", "tcp://h:99999", "tcp://h:x"]),
    ...bad("poller", flag, /must name the host to connect to, got/, ["tcp://*:80"]),
  ]),
  ...["mq listen --listen", "mq send --channel"].flatMap((words) => {
    const [command, flag] = words.split(" --") as [string, string];
    return bad(command, `--${flag}`, /must have 1 to 256 bytes, got/, ["", "é".repeat(129)]);
  }),
  ...["mq listen", "mq send"].flatMap((command) => [
    ...bad(command, "--host", /must be a host name or an IP address, got/, ["", "a b", "http://a", "-"]),
    ...bad(command, "--port", /must be a whole number from 1 to 65535/, ["0", "99999", "abc"]),
    ...bad(command, "--count", /must be a whole number from 1/, ["", "0", "-1", "x"]),
  ]),
  ...bad("web", "--port", /must be a whole number from 0 to 65535/, ["99999", "-1", "abc"]),
  ...bad("mq server", "--port", /must be a whole number from 0 to 65535/, ["99999", "-1", "abc"]),
  ...bad("mq server", "--host", /must be an IP address of this machine or localhost/, ["", "example.org"]),
  ...bad("mq send", "--size", /must be a whole number from 1 to 1048576/, ["0", "-1", "1048577"]),
  [["mq", "send", "--lines", "--interval", "1s"], /--interval does not go with --lines\n$/],
  [["mq", "send", "--lines", "--size", "3"], /--size does not go with --lines\n$/],
  ...bad("poller-srv", "--interval", /must be a duration from 0 to 24h/, ["", "-1", "soon"]),
  ...bad("poller-srv", "--count", /must be a whole number from 1/, ["", "0", "-1", "x"]),
  ...bad("poller-srv", "--size", /must be a whole number from 0 to 1048576/, ["", "-1", "10kB"]),
  ...bad("poller", "--count", /must be a whole number from 1/, ["", "0", "-1", "x"]),
  ...bad("apm server", "--port", /must be a whole number from 0 to 65535/, ["99999", "-1", "abc", "", "80.5", "0x50"]),
  ...bad("apm server", "--collect", /must end with a port from 1 to 65535 \(0: any free one\), got/, [
    "tcp://127.0.0.1:99999",
    "tcp://127.0.0.1:-1",
    "tcp://127.0.0.1:abc",
  ]),
  ...bad("apm server", "--host", /must be an IP address of this machine or localhost, got/, [
    "",
    "example.com",
    "1.2.3",
    "fe80::1%lo",
  ]),
  ...bad("apm server", "--history", /must be whole seconds from 1s to 1h, got/, ["0", "999ms", "1500ms", "2h"]),
  ...bad("apm server", "--allow-host", /must be a host name without a port, got/, ["a:80", "http://a", "a b"]),
  ...bad("apm server", "--token", /must be 8 to 256 letters, digits or -\._~\+\/\n$/, [
    "",
    "short",
    "with space",
    "ü".repeat(9),
  ]),
  [
    ["apm", "app", "node", "server.js"],
    /too many arguments for 'apm app': a command goes after --, got "node server.js"\n$/,
  ],
  [
    ["apm", "app", "node", "--", "server.js"],
    /too many arguments for 'apm app': a command goes after --, got "node"\n$/,
  ],
  [
    ["apm", "keygen", "--out", "never-written", "--", "x"],
    /too many arguments for 'apm keygen': it takes none, got "x"\n$/,
  ],
  [["apm", "app", "--pid", "1", "--", "true"], /--pid and a command exclude each other/],
  [["apm", "app", "--leak", "1", "--", "true"], /--leak and --load are for the simulated app/],
  [
    ["poller-srv", "--push", "tcp://127.0.0.1:5957", "--pub", "tcp://localhost:5957"],
    /--push and --pub must be different addresses, got tcp:\/\/127.0.0.1:5957 and tcp:\/\/127.0.0.1:5957\n$/,
  ],
  [
    ["poller-srv", "--push", "ipc:///tmp/a", "--pub", "ipc:///tmp/a"],
    /--push and --pub must be different addresses, got/,
  ],
  [
    ["apm", "server", "--host", "::1", "--port", "5957", "--collect", "tcp://[0::1]:5957"],
    /--collect and --port must be different addresses, got/,
  ],
  [["apm", "app", "--load", "thread", "--pid", "1"], /--leak and --load are for the simulated app/],
  ...badApp("--pid", /must be a whole number from 1 to/, [
    "",
    "0",
    "-1",
    "1.5",
    "1e3",
    "1; x",
    "9007199254740993",
    "x",
  ]),
  ...badApp("--color", /must be a CSS colour name, #rgb or #rrggbb, got/, ["", "redd", "#ab", "constructor", "red;"]),
  ...badApp("--name", /must be a name of 1 to 64 printable characters, got/, [
    "",
    " ",
    "a\nb",
    "\u202eb",
    "\u2028",
    "x".repeat(65),
  ]),
  ...badApp("--interval", /must be a duration/, ["", "0", "-1", "soon"]),
  ...badApp("--leak", /must be a whole number from 0 to 1073741824/, ["", "-1", "1MB", "1073741825"]),
  ...badApp("--load", /must be one of main, thread, got/, ["", "process"]),
  ...badApp("--count", /must be a whole number from 1/, ["", "0", "-1"]),
  ...badApp("--connect", /must end with a port from 1 to 65535, got/, ["tcp://h:0", "tcp://h:99999"]),
  ...bad("fetch-quotes", "--retries", /must be a whole number from 0 to 100/, ["", "-1", "0.5", "101", "many"]),
  [["fetch"], /expected URLs, or a list of them by --file/],
  [["fetch", "nonsense"], /url must be an http or https URL, got "nonsense"/],
  [["fetch", "http://a/", "file:///etc/passwd"], /url must be an http or https URL/],
  [["fetch", "ftp://me:s3cret@host/"], /url must be an http or https URL, got "ftp:\/\/me:\*\*\*@host\/"\n$/],
  [["fetch", "-f", "/no/such/list"], /--file must be a file that can be read: ENOENT/],
  [["fetch", "-f", "/"], /--file must be a file that can be read: it is a folder/],
  [["fetch", "-f", "-", "--repeat", "2"], /--file - can be read once/],
  [["fetch", "-f", "-", "--warmup", "2"], /--file - can be read once/],
  [["fetch", "-f", "-", "--sweep", "1,2"], /--file - can be read once/],
  [["fetch", "http://a/", "--sweep", "1,2", "--fail-if", "rps<1"], /--sweep does not go together with --fail-if/],
  ...[
    ["--rate", "5/s"],
    ["--max-time", "9s"],
    ["--output", "never-written"],
    ["--save", "never-made"],
    ["--ordered"],
    ["--repeat", "1"],
    ["--warmup", "5"],
    ["--concurrency", "8"],
  ].map(
    (other): Wrong => [
      ["fetch", "http://a/", "--sweep", "1,2", ...other],
      new RegExp(`--sweep does not go together with ${other[0]}\\n$`),
    ],
  ),
  [["fetch", "http://a/", "--sweep-time", "1s"], /--sweep-time needs --sweep, such as --sweep 1,2,4,8/],
  [["fetch", "http://a/", "--per-host", "65"], /--per-host must be at most --concurrency, which is 64, got 65/],
  [["fetch", "http://a/", "-c", "2", "--per-host", "3"], /--per-host must be at most --concurrency, which is 2, got 3/],
  [
    ["fetch", "http://a/", "--sweep", "1,8", "--per-host", "9"],
    /--per-host must be at most the highest concurrency of --sweep, which is 8, got 9/,
  ],
  [["fetch", "http://a/", "-X", "HEAD", "-d", "a"], /--data needs a method that sends a body, such as POST, got/],
  [["fetch", "http://a/", "-d", "a", "--retries", "3"], /--retries is for GET and HEAD: POST is sent once, got/],
  [["fetch", "http://a/", "--save", "/dev/null"], /--save must be a folder that can be written to/],
  ...["/", "no-folder/out", "/dev/null/out"].map(
    (path): Wrong => [
      ["fetch", "http://a/", "--output", path],
      /--output must be a file that can be written to: E[A-Z]+: /,
    ],
  ),
  ...bad("fetch", "--concurrency", /must be a whole number from 1 to 16384/, ["", "0", "1.5", "all", "16385"]),
  ...bad("fetch", "--per-host", /must be a whole number from 1 to 16384/, ["0", "x"]),
  ...bad("fetch", "--rate", /must be a rate above 0 and up to 1000000\/s, such as/, [
    "",
    "0",
    "0/s",
    "-1",
    "1/h",
    "fast",
    "1e3",
    "1000001",
  ]),
  ...bad("fetch", "--timeout", /must be a duration above 0 and up to 24h/, ["", "0", "never", "-1s", "25h"]),
  ...bad("fetch", "--max-time", /must be a duration above 0 and up to 24h/, ["", "0", "never"]),
  ...bad("fetch", "--max-body", /must be a size from 1B to 1GiB/, ["", "0", "2GiB", "10MB", "-1"]),
  ...bad("fetch", "--request", /must be a method/, ["", "get", "CONNECT", "TRACE", "GET / HTTP/1.1"]),
  [["fetch", "-H", "a b: s3cret"], /--header must be a header such as 'accept: text\/html', got "a b:…"\n$/],
  [["fetch", "-H", "Authorization Bearer s3cret"], /--header must be a header such as [^,]*, got "Authoriz…"\n$/],
  [["fetch", "-H", "s3cret"], /--header must be a header such as [^,]*, got "s3c…"\n$/],
  ...bad("fetch", "--header", /must be a header such as/, ["", "accept", ": x", "a b: c", "a: b\u0007"]),
  ...bad("fetch", "--header", /must not be [^:]*: the connection sets that header/, [
    "Content-Length: 5",
    "Connection: close",
  ]),
  ...bad("fetch", "--repeat", /must be a whole number from 1/, ["", "0", "x"]),
  ...bad("fetch", "--warmup", /must be a whole number from 0/, ["", "-1", "x"]),
  ...bad("fetch", "--sweep", /must be/, [
    "",
    "1",
    "2,1",
    "1,1",
    "0,1",
    "1,x",
    "…,4",
    "1,…,4",
    "2,1,…,8",
    "1,2,…",
    "1,2,…,1",
  ]),
  ...bad("fetch", "--fail-if", /must be a condition that depends on the run, got [^,]*, which never holds/, [
    "errors>200%",
    "rps<0",
  ]),
  ...bad("fetch", "--fail-if", /must be a condition that depends on the run, got [^,]*, which always holds/, [
    "errors>=0",
  ]),
  ...bad("fetch", "--output", /must be a file, got "[^"]+": --json writes .* to stdout\n$/, ["-", "/dev/stdout"]),
  [["fetch", "http://a/", "--save", "-"], /--save must be a folder, got "-": bodies are not written to stdout\n$/],
  ...["--output", "--save", "--file"].flatMap((flag) => bad("fetch", flag, /must be the name of a file/, [""])),
  ...bad("fetch", "--fail-if", /must be such as 'p99>500ms'/, [
    "",
    "p99",
    "p98>1s",
    "p99>1%",
    "rps<1ms",
    "rps<1%",
    "errors>",
    "p99=1s",
    "__proto__>1",
  ]),
  ...bad("serve", "--port", /must be a whole number from 0 to 65535/, ["", "-1", "99999", "abc", "1e3"]),
  ...bad("serve", "--host", /must be an IP address of this machine or localhost, got/, [
    "",
    "example.com",
    "127.0.0",
    "fe80::1%lo",
    "[::1",
    "[127.0.0.1]x",
  ]),
  ...bad("serve", "--latency", /must be a duration/, ["", "x", "2s-1s", "1-2-3", "-5"]),
  ...bad("serve", "--fail-rate", /must be a share such as 5% or 0.05/, ["", "-1", "2", "101%", ".5", "1e-3", "x"]),
  [["serve", "--host", "0.0.0.0"], /--host 0.0.0.0 lets other machines in: add --insecure/],
  [["serve", "--host", "::"], /lets other machines in/],
];

function bad(command: string, flag: string, says: RegExp, values: string[]): Wrong[] {
  return values.map((value) => [[...command.split(" "), flag, value], new RegExp(`${flag} ${says.source}`)]);
}

function badApp(flag: string, says: RegExp, values: string[]): Wrong[] {
  return values.map((value) => [["apm", "app", flag, value], new RegExp(`${flag} ${says.source}`)]);
}

interface Outcome {
  exitCode?: number | undefined;
  stdout: string;
  stderr: string;
}

/**
 * The real bin answers each of the words in a process of its own. One process answers all the values, because the start
 * of Node takes most of the time.
 */
const outcomes = new Map<Wrong, Outcome>();
before(async () => {
  const answers = startProgram("answers-many", [JSON.stringify(wrongValues.map(([args]) => args))]);
  await mapConcurrent(wrongWords, async (each) => outcomes.set(each, await lab(each[0])), { concurrency: 3 });
  const { stdout, stderr } = (await answers) as { stdout: string; stderr: string };
  const lines = stdout.split("\n").filter((line) => line !== "");
  for (const [i, line] of lines.entries()) outcomes.set(wrongValues[i] ?? assert.fail(), JSON.parse(line));
  assert.deepEqual([lines.length, stderr], [wrongValues.length, ""], `after ${wrongValues[lines.length - 1]?.[0]}`);
});

for (const wrong of [...wrongWords, ...wrongValues]) {
  const [args, says] = wrong;
  test(`lab ${args.map((arg) => JSON.stringify(arg)).join(" ")} exits with 2 and one clear line`, () => {
    const { exitCode, stdout, stderr } = outcomes.get(wrong) ?? assert.fail();
    assert.equal(exitCode, 2);
    assert.match(stderr, says);
    assert.match(stderr, /^lab: [^\p{Cc}]+\n$/u);
    if (args.includes("--json")) assert.equal(JSON.parse(stdout).error.code, 2);
    else assert.equal(stdout, "");
  });
}

test("lab fetch-quotes refuses a bad key without showing it", async () => {
  const { exitCode, stdout, stderr } = await lab(["fetch-quotes"], { QUOTES_API_KEY: "top secret" });
  assert.equal(exitCode, 2);
  assert.match(stderr, /^lab: QUOTES_API_KEY must be/);
  assert.ok(!`${stdout}${stderr}`.includes("top secret"));
});

test("lab takes flags twice, and options of many values again", async () => {
  const twice = await lab(["hello", "--delay", "0", "--json", "--json", "--strict", "--strict"]);
  assert.equal(twice.exitCode, 0, twice.stderr);
  const again = await lab(["fetch-quotes", "--category", "art", "--category", "love", "--latency", "0"]);
  assert.equal(again.exitCode, 0, again.stderr);
});
