import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lab } from "../support/lab.js";
import { noPostgres, usePostgres } from "../support/postgres.js";
import { unlessBusy } from "../support/tries.js";

const postgres = usePostgres();

/** The claims of one run, ✔ or ✘ each: staleness, a silent death, writes, errors, hits. */
async function claims(args: string[] = []): Promise<string> {
  const { stdout } = await lab(["patrons", "--prove", "--dsn", await postgres.dsn(), "--json", ...args]);
  const { findings } = JSON.parse(stdout) as { findings: { holds: boolean }[] };
  return findings.map(({ holds }) => (holds ? "✔" : "✘")).join("");
}

test("lab patrons --prove holds five times of five", { skip: noPostgres }, (t) =>
  unlessBusy(t, async () => {
    for (let time = 1; time <= 5; time++) assert.equal(await claims(), "✔✔✔✔✔", `time ${time}`);
  }),
);

for (const [protection, wanted] of [
  ["versions", /^✘.✔/],
  ["bypass", /^✘.✔/],
  ["echo", /^✔✘✔/],
] as const) {
  test(`lab patrons --prove --without ${protection} shows staleness`, { skip: noPostgres }, (t) =>
    unlessBusy(t, async () => assert.match(await claims(["--without", protection]), wanted)),
  );
}
