import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { tightestPids } from "../../../src/labs/cost/system-limits.js";

/** Read from these files. */
const reading = (files: Record<string, string>) => (path: string) => files[path];

test("tightestPids finds the group with the least room, above its own too", () => {
  const read = reading({
    "/proc/self/cgroup": "0::/user/shell\n",
    "/sys/fs/cgroup/user/shell/pids.max": "max\n",
    "/sys/fs/cgroup/user/pids.max": "500\n",
    "/sys/fs/cgroup/user/pids.current": "480\n",
    "/sys/fs/cgroup/pids.max": "100\n",
    "/sys/fs/cgroup/pids.current": "10\n",
  });
  assert.deepEqual(tightestPids(read), { max: 500, current: 480 });
});

test("tightestPids reads version 1, where the controller has a tree of its own", () => {
  const read = reading({
    "/proc/self/cgroup": "7:cpu,memory:/a\n5:pids:/b\n",
    "/sys/fs/cgroup/pids/b/pids.max": "64\n",
  });
  assert.deepEqual(tightestPids(read), { max: 64, current: 0 });
});

test("tightestPids is undefined where nothing is limited", () => {
  assert.equal(tightestPids(reading({ "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/pids.max": "max\n" })), undefined);
  assert.equal(
    tightestPids(() => undefined),
    undefined,
  );
});
