import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { answerHistory } from "../../../../src/labs/apm/server/history-reply.js";
import { limits } from "../../../../src/labs/apm/server/limits.js";
import { SeriesTable } from "../../../../src/labs/apm/server/series-table.js";

/** A reply to a client that never reads. */
class UnreadReply extends EventEmitter {
  destroyed = false;
  status = 0;
  writeHead(status: number): this {
    this.status = status;
    return this;
  }
  write(): boolean {
    return false;
  }
  end(): void {}
  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

test("answerHistory cuts off a client that never reads, and then admits others", async () => {
  const table = new SeriesTable({ historySeconds: 60 });
  table
    .seriesOf({ color: "red", timestamp: "2026-01-01T00:00:00Z", cpu: 1, mem: 1 })
    ?.add({ color: "red", timestamp: "2026-01-01T00:00:00Z", cpu: 1, mem: 1 }, 100);
  const request = { method: "GET", url: "/api/series" } as IncomingMessage;
  const answer = () => {
    const reply = new UnreadReply();
    return { reply, done: answerHistory(table, request, reply as unknown as ServerResponse, { longestMs: 50 }) };
  };
  const unread = Array.from({ length: limits.maxHistoryReplies }, answer);
  assert.equal(answer().reply.status, 503);
  await Promise.all(unread.map(({ done }) => done));
  assert.ok(unread.every(({ reply }) => reply.destroyed));
  assert.ok(unread.every(({ reply }) => reply.listenerCount("drain") === 0));
  const next = answer();
  assert.equal(next.reply.status, 200);
  next.reply.destroy();
  await next.done;
});
