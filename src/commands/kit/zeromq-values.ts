import { BadEndpoint, bindEndpoint, connectEndpoint, type Endpoint } from "../../zeromq/endpoint.js";
import { BadKeyFile, type ClientKeys, readClientKeys, readServerKeys, type ServerKeys } from "../../zeromq/key-file.js";
import { BadValue, type Parse } from "./option.js";
import { UsageError } from "./usage-error.js";

/** `tcp://host:port` or `ipc://path` to bind to; port 0 is any free one. */
export const endpointToBind: Parse<Endpoint> = wording(bindEndpoint, BadEndpoint);

/** `tcp://host:port` or `ipc://path` to connect to. */
export const endpointToConnect: Parse<Endpoint> = wording(connectEndpoint, BadEndpoint);

/** The key file of the side that binds. */
export const serverKeyFile: Parse<ServerKeys> = wording(readServerKeys, BadKeyFile);

/** The key file of the side that connects. */
export const clientKeyFile: Parse<ClientKeys> = wording(readClientKeys, BadKeyFile);

/** Whoever lets other machines in has to say how: with keys, or that it is meant. */
export function checkExposure(
  endpoints: Readonly<Record<string, Endpoint>>,
  { curve, insecure }: { curve: ServerKeys | undefined; insecure: boolean | undefined },
): void {
  if (curve || insecure) return;
  for (const [flag, { local, address }] of Object.entries(endpoints)) {
    if (local) continue;
    throw new UsageError(
      `${flag} ${address} lets other machines in: add --curve <keyfile>, or --insecure if you mean it`,
    );
  }
}

function wording<T>(parse: Parse<T>, Bad: typeof BadEndpoint | typeof BadKeyFile): Parse<T> {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof Bad ? new BadValue(error.message) : error;
    }
  };
}
