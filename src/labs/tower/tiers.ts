import { coroutine } from "./coroutine.js";
import { eventLoop } from "./event-loop.js";
import { executor } from "./executor.js";
import { future } from "./future.js";
import { protocol } from "./protocol.js";
import { queue } from "./queue.js";
import { streams } from "./streams.js";
import { task } from "./task.js";
import type { Tier } from "./tier.js";
import { transport } from "./transport.js";

/** The nine tiers, from the ground up. */
export const tiers: readonly Tier[] = [
  {
    tier: 1,
    name: "Coroutines",
    asyncio: "async def, await, async for, async with",
    node: "async function, await, for await, await using",
    difference: "an async function starts at its call, a coroutine at its await",
    others: "curio, trio: the same; they use nothing else of asyncio",
    essential: true,
    claim: "A function is suspended at its await, and its caller goes on",
    check: () => coroutine(),
  },
  {
    tier: 2,
    name: "Event loop",
    asyncio: "asyncio.run(), BaseEventLoop",
    node: "libuv's loop; run(), runMain()",
    difference: "Node's loop runs by itself, and ends when it has run dry",
    others: "uvloop: libuv's loop for asyncio; curio.run(), trio.run(): loops of their own",
    essential: true,
    claim: "A loop that has run dry can be started again, one that has ended cannot",
    check: (signal) => eventLoop(signal),
  },
  {
    tier: 3,
    name: "Futures",
    asyncio: "asyncio.Future",
    node: "Promise",
    difference: "a promise belongs to no loop; a second result is ignored, not an error",
    others: "curio, trio: none",
    essential: false,
    claim: "A promise is resolved from outside, once",
    check: () => future(),
  },
  {
    tier: 4,
    name: "Tasks",
    asyncio: "asyncio.Task, asyncio.create_task()",
    node: "taskGroup(), group.spawn(), handle.cancel()",
    difference: "a promise has no cancel(); a task here is given a signal",
    others: "curio.spawn(); trio's nurseries",
    essential: false,
    claim: "A task can be cancelled, and is gone afterwards",
    check: (signal) => task(signal),
  },
  {
    tier: 5,
    name: "Subprocesses and threads",
    asyncio: "run_in_executor(), asyncio.subprocess",
    node: "ThreadPool, ProcessPool; node:child_process",
    difference: "a function is called by its name in a module: closures cannot cross",
    others: "curio.run_in_thread(); trio.to_thread.run_sync(), trio.run_process()",
    essential: true,
    claim: "A thread and a program do work away from the loop",
    check: (signal) => executor(signal),
  },
  {
    tier: 6,
    name: "Tools",
    asyncio: "asyncio.Queue",
    node: "Queue",
    difference: "shutdown() ends the items, as in Python since 3.13; no value does",
    others: "curio.Queue; trio.open_memory_channel()",
    essential: true,
    claim: "A queue feeds a task that lives long",
    check: (signal) => queue(signal),
  },
  {
    tier: 7,
    name: "Network: transports",
    asyncio: "BaseTransport",
    node: "the handle of a net.Socket: onread, ref(), unref()",
    difference: "the handle is hidden in the stream, and is rarely needed",
    others: "uvloop: libuv's handles; curio, trio: none",
    essential: false,
    claim: "A handle reads into a buffer of ours, below the stream",
    check: (signal) => transport(signal),
  },
  {
    tier: 8,
    name: "Network: TCP and UDP",
    asyncio: "Protocol, DatagramProtocol",
    node: "the events of node:net and node:dgram",
    difference: "listeners in place of a class",
    others: "curio.socket, trio.socket: awaits in place of callbacks",
    essential: false,
    claim: "A datagram goes there and back",
    check: (signal) => protocol(signal),
  },
  {
    tier: 9,
    name: "Network: streams",
    asyncio: "StreamReader, StreamWriter, asyncio.open_connection(), asyncio.start_server()",
    node: "net.Socket, for await, net.connect(), net.createServer()",
    difference: "one duplex stream in place of a reader and a writer",
    others: "curio.open_connection(), trio.open_tcp_stream()",
    essential: true,
    claim: "Lines go there and back over TCP",
    check: (signal) => streams(signal),
  },
];
