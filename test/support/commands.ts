/** Every command, as it is typed. */
export const commands = [
  "hello",
  "blocking",
  "race",
  "cost",
  "parallel",
  "coroutine",
  "tower",
  "queue",
  "janus",
  "shutdown",
  "fetch-quotes",
  "fetch",
  "serve",
  "web",
  "news",
  "patrons",
  "poller-srv",
  "poller",
  "mq server",
  "mq listen",
  "mq send",
  "apm server",
  "apm app",
  "apm keygen",
  "ps",
  "tree",
  "completion",
] as const;

/** The two examples in a command's help. */
export async function examplesOf(command: string): Promise<readonly string[]> {
  const { default: definition } = await import(`../../src/commands/${command.replace(" ", "/")}.js`);
  return definition.examples;
}
