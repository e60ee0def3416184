import type { LookupAddress } from "node:dns";
import { isIP, type Socket } from "node:net";
import type { buildConnector } from "undici";
import createConnect from "undici/lib/core/connect.js";
import { AddressRace, type Opening } from "./address-race.js";
import type { Lookups } from "./lookups.js";

/** Opens a socket, and returns at once what can be closed while it opens. */
export type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => Opening;

/** undici's own. Its types leave the return value out. */
type ConnectSocket = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/**
 * A `connect` for undici's Client that looks names up in `lookups`, and tries all addresses of a name. `tls` are options of
 * tls.connect().
 */
export function createConnector(lookups: Lookups, tls: buildConnector.BuildOptions): Connect {
  const connect = createConnect({ ...tls, timeout: 0 }) as ConnectSocket;
  return (options, callback) =>
    isIP(options.hostname) > 0 ? connect(options, callback) : new NamedOpening(options, lookups, connect, callback);
}

/** A socket to a name: a look-up, then a race of its addresses, then TLS over the socket that has won. */
class NamedOpening implements Opening {
  #isOver = false;
  #opening: Opening | undefined;

  constructor(
    options: buildConnector.Options,
    lookups: Lookups,
    connect: ConnectSocket,
    callback: buildConnector.Callback,
  ) {
    const race = (addresses: LookupAddress[]) => {
      if (this.#isOver) return;
      const overTcp = {
        ...options,
        protocol: "http:",
        port: options.port || (options.protocol === "https:" ? "443" : "80"),
      };
      this.#opening = new AddressRace(
        addresses,
        (hostname, done) => connect({ ...overTcp, hostname }, done),
        (...result) => {
          const [, httpSocket] = result;
          if (httpSocket && options.protocol === "https:")
            this.#opening = connect({ ...options, httpSocket }, callback);
          else callback(...result);
        },
      );
    };
    lookups.addressesOf(options.hostname).then(race, (error) => this.#isOver || callback(error, null));
  }

  destroy(): void {
    this.#isOver = true;
    this.#opening?.destroy();
  }
}
