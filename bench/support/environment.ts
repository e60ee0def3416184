/**
 * The environment for programs that are measured beside each other. Certificates that it names are left out: Node reads
 * them at its start, others when they need them.
 */
export const environment: NodeJS.ProcessEnv = { ...process.env };
delete environment.NODE_EXTRA_CA_CERTS;
