/** Milliseconds for the headers, for the whole request, between two requests, and how often that is looked after: of every server. */
export const serverTimeouts = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000, // Node's 30 s would be the real limit of the others
};
