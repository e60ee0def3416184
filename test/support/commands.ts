/** Every command, as it is typed. */
export const commands = [
  "hello",
  "blocking",
  "fetch-quotes",
  "fetch",
  "serve",
  "poller-srv",
  "poller",
  "apm server",
  "apm app",
  "apm keygen",
  "completion",
] as const;

/** The two examples that a command's help gives. */
export async function examplesOf(command: string): Promise<readonly string[]> {
  const { default: definition } = await import(`../../src/commands/${command.replace(" ", "/")}.js`);
  return definition.examples;
}
