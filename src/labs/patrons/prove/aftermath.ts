import { moveOnAfter, sleep } from "../../../concurrency/index.js";
import type { Administrator } from "./administrator.js";
import type { Client } from "./client.js";
import type { History } from "./history.js";

const backMs = 5000; // for a cache to be used again

/** Writes that were acknowledged, whose rows are not in the database as the last of them left it. */
export async function countLost(histories: readonly History[], administrator: Administrator): Promise<number> {
  const rows = await administrator.ask<{ id: string; fav_dish: string }>(
    "select id::text, fav_dish from patron where id = any($1::bigint[])",
    [idsOf(histories)],
  );
  const numbers = new Map(rows.map(({ id, fav_dish }) => [id, Number.parseInt(fav_dish, 10)]));
  return histories.filter((history) => isLost(history, numbers.get(history.id))).length;
}

/** Whether the instance at `port` answers from memory again within five seconds. */
export async function usesCache(port: number, { id }: History, client: Client, signal: AbortSignal): Promise<boolean> {
  const isBack = await moveOnAfter(
    backMs,
    async (own) => {
      while ((await client.ask(port, "GET", `/patron/${id}`, undefined, own)).cache !== "hit") {
        await sleep(10, { signal: own });
      }
      return true;
    },
    { signal },
  );
  return isBack === true;
}

function isLost({ isUncertain, deletion, acknowledged }: History, number: number | undefined): boolean {
  if (isUncertain) return false;
  return deletion ? number !== undefined : number !== acknowledged?.number;
}

function idsOf(histories: readonly History[]): string {
  return `{${histories.map(({ id }) => id).join(",")}}`;
}
