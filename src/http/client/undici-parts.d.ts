/** The two parts of undici that the client uses. Its index loads all parts, which takes three times as long. */

declare module "undici/lib/dispatcher/client.js" {
  export { Client as default } from "undici";
}

declare module "undici/lib/core/connect.js" {
  export { buildConnector as default } from "undici";
}
