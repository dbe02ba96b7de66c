import type { Connector } from '#core/ports/connectors.ts';

/** The connectors there are, by name, each loaded only where it is configured. Another one is a file and a line here. */
export const CONNECTORS: ReadonlyMap<string, () => Promise<Connector>> = new Map([
  ['jira', async () => (await import('./plugins/jira.ts')).jira],
  ['teams', async () => (await import('./plugins/teams.ts')).teams],
  ['email', async () => (await import('./plugins/email.ts')).email],
]);
