import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePort } from "../../test/support/free-port.js";
import { print } from "../support/compare.js";
import { start, type WebServer } from "../support/web-servers.js";

const bin = fileURLToPath(new URL("../../../bin/lab.js", import.meta.url));

/** The service of the notes in short: asyncpg with a pool of ten. Its cache is a dict, which nothing corrects. */
const asyncpg = `
import json, sys
import asyncpg
from aiohttp import web

cache = {}

async def get(request):
    id = int(request.match_info["id"])
    body = cache.get(id)
    if body is None:
        row = await request.app["pool"].fetchrow("select id, name, fav_dish from patron where id = $1", id)
        if row is None:
            return web.json_response({"error": "there is no such patron"}, status=404)
        body = json.dumps(dict(row))
        if sys.argv[3] == "cached":
            cache[id] = body
    return web.Response(text=body, content_type="application/json")

async def connect(app):
    app["pool"] = await asyncpg.create_pool(sys.argv[2], min_size=10, max_size=10)
    yield
    await app["pool"].close()

app = web.Application()
app.router.add_get("/patron/{id}", get)
app.cleanup_ctx.append(connect)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
`;

export interface Service {
  name: string;
  isOurs: boolean;
  /** The name of the service without a cache that it is compared with. */
  bare: string;
  /** The name of ours that does the same, if it is a peer. */
  own?: string;
  open(): Promise<WebServer>;
}

/** Services over the database at `dsn`, and over the slow way to it. One that is not installed is left out. */
export function services(dsn: string, slow: string): Service[] {
  const ours = (name: string, address: string, cacheSize: number, bare = name): Service => {
    const args = [bin, "patrons", "--port", "0", "--dsn", address, "--cache-size", `${cacheSize}`];
    return { name, isOurs: true, bare, open: () => start(process.execPath, args, { stderr: "ignore" }) };
  };
  const near = "lab patrons, no cache";
  const far = "lab patrons, no cache, 5 ms away";
  return [
    ours(near, dsn, 1),
    ours("lab patrons", dsn, 65_536, near),
    ours(far, slow, 1),
    ours("lab patrons, 5 ms away", slow, 65_536, far),
    ...(hasAsyncpg() ? [theirs("no cache", dsn, near), theirs("cached", dsn, "lab patrons")] : []),
  ];
}

function hasAsyncpg(): boolean {
  if (spawnSync("/usr/bin/python3", ["-c", "import aiohttp, asyncpg"]).status === 0) return true;
  print("  (python3-aiohttp and python3-asyncpg are not installed: skipped)");
  return false;
}

function theirs(cache: string, dsn: string, own: string): Service {
  const name = (each: string) => `aiohttp and asyncpg, ${each}`;
  const open = async () => start("/usr/bin/python3", ["-uc", asyncpg, `${await freePort()}`, dsn, cache]);
  return { name: name(cache), isOurs: false, bare: name("no cache"), own, open };
}
