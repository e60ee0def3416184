import { BadEndpoint, bindEndpoint, collide, connectEndpoint, type Endpoint } from "../../zeromq/endpoint.js";
import { BadKeyFile, type ClientKeys, readClientKeys, readServerKeys, type ServerKeys } from "../../zeromq/key-file.js";
import { BadValue, type Parse } from "./option.js";
import { UsageError } from "./usage-error.js";

/** An endpoint to bind to: `tcp://host:port` or `ipc://path`. Port 0 is any free one. */
export const endpointToBind: Parse<Endpoint> = wording(bindEndpoint, BadEndpoint);

/** An endpoint to connect to: `tcp://host:port` or `ipc://path`. */
export const endpointToConnect: Parse<Endpoint> = wording(connectEndpoint, BadEndpoint);

/** The key file of the side that binds. */
export const serverKeyFile: Parse<ServerKeys> = wording(readServerKeys, BadKeyFile);

/** The key file of the side that connects. */
export const clientKeyFile: Parse<ClientKeys> = wording(readClientKeys, BadKeyFile);

/** Throws UsageError if two endpoints to bind, given by their flags, are the same address. */
export function checkDifferent(endpoints: Readonly<Record<string, Endpoint>>): void {
  const [[flag, one], [otherFlag, other]] = Object.entries(endpoints) as [[string, Endpoint], [string, Endpoint]];
  if (!collide(one, other)) return;
  throw new UsageError(`${flag} and ${otherFlag} must be different addresses, got ${one.address} and ${other.address}`);
}

/** Turn an error of zeromq into a BadValue. */
function wording<T>(parse: Parse<T>, Bad: typeof BadEndpoint | typeof BadKeyFile): Parse<T> {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof Bad ? new BadValue(error.message) : error;
    }
  };
}
