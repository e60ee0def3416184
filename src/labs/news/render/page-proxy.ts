import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, isIP, type LookupFunction, type Server, type Socket } from "node:net";
import type { Lookups } from "../../../http/client/lookups.js";
import { isForeignAddress } from "../../../net/public-address.js";
import type { PrivateHost } from "./private-host.js";
import { readTarget, replies, type Target } from "./socks.js";

export interface PageProxyOptions {
  /** The host that may be asked though its addresses are private, and by these only (default: none). */
  own?: PrivateHost | undefined;
  /** The addresses of names. */
  lookups: Pick<Lookups, "addressesOf">;
}

const mostConnections = 64; // of a page at a time
const mostBytes = 64 * 2 ** 20; // that a page receives

/**
 * A SOCKS proxy on loopback for one rendered page: the browser's only way to the network. So it sees redirects, frames,
 * workers and WebSockets. It looks names up by itself and connects to the address that it has checked. Private
 * addresses and those of this machine are refused, but for `own`. A page gets 64 connections at a time and 64 MiB in all.
 */
export class PageProxy {
  /** The connections that were refused. */
  refused = 0;
  readonly #options: PageProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #received = 0;

  private constructor(options: PageProxyOptions) {
    this.#options = options;
    this.#server = createServer((client) => this.#serve(client));
    this.#server.maxConnections = mostConnections;
  }

  /** Listen on a free port. The caller closes it. */
  static async open(options: PageProxyOptions): Promise<PageProxy> {
    const proxy = new PageProxy(options);
    proxy.#server.listen({ host: "127.0.0.1", port: 0, exclusive: true });
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** `socks5://127.0.0.1:40000` */
  get url(): string {
    return `socks5://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cut all connections. Resolves once the port is free. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(client: Socket): Promise<void> {
    this.#own(client);
    const target = await readTarget(client);
    if (target === undefined) return void client.destroy();
    if (!this.#mayAsk(target)) return this.#refuse(client);
    const server = this.#connect(target);
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    const fail = (error: Error) => this.#refuse(client, error);
    server.once("error", fail);
    server.once("connect", () => {
      server.off("error", fail).once("error", () => client.resetAndDestroy()); // a cut body must look cut
      client.write(replies.connected);
      client.pipe(server).pipe(client);
    });
    server.on("data", ({ length }: Buffer) => {
      this.#received += length;
      if (this.#received > mostBytes) void this.close();
    });
  }

  /** An address is checked here; a name once it is looked up. */
  #mayAsk({ host, port }: Target): boolean {
    return isIP(host) === 0 || isForeignAddress(host) || this.#isOwn(host, port);
  }

  #isOwn(host: string, port: number): boolean {
    return this.#options.own?.name === `${host.toLowerCase()}:${port}`;
  }

  #connect({ host, port }: Target): Socket {
    const lookup: LookupFunction = (name, options, callback) => {
      const tell = (found: LookupAddress[]) => {
        const [first] = found;
        if (!first) callback(new Refused(), "");
        else if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      };
      this.#addressesOf({ host: name, port }).then(tell, (error) => callback(error, ""));
    };
    return this.#own(connect({ host, port, lookup }));
  }

  /** The addresses of a name that may be asked. */
  async #addressesOf({ host, port }: Target): Promise<LookupAddress[]> {
    const { own, lookups } = this.#options;
    if (own && this.#isOwn(host, port)) return [...own.addresses];
    return (await lookups.addressesOf(host)).filter(({ address }) => isForeignAddress(address));
  }

  #refuse(client: Socket, error: Error = new Refused()): void {
    if (error instanceof Refused) this.refused++;
    client.end(error instanceof Refused ? replies.refused : replies.failed);
  }

  #own(socket: Socket): Socket {
    this.#sockets.add(socket.on("error", () => {}));
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }
}

/** The address is loopback or private. */
class Refused extends Error {}
