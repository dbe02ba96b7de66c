import { describe, expect, test } from 'vitest';
import { configuredVariables } from '../../../deploy/embedded/configured-variables.ts';
import { composeServices, composeText } from './compose-file.ts';

const PROCESSES = ['app', 'workers', 'sandbox'] as const;
const documented = configuredVariables().flatMap((group) => group.variables);
/** What the images and this file decide, so that no variable of a person's can: addresses and directories inside. */
const DECIDED: Readonly<Record<(typeof PROCESSES)[number], readonly string[]>> = {
  app: ['HOST', 'PORT', 'DATA_DIRECTORY'],
  workers: ['DATA_DIRECTORY', 'HEALTH_PORT', 'LLM_PROXY_URL', 'LLM_PROXY_SECRET', 'LLM_PROXY_TIMEOUT'],
  // Whoever has no network reports nothing.
  sandbox: [
    'SANDBOX_DIRECTORY',
    'SENTRY_DSN',
    'SENTRY_ENVIRONMENT',
    'SENTRY_RELEASE',
    ...documented.map(({ name }) => name).filter((name) => /^KUBECONFIG$|K8S/.test(name)),
  ],
};

const services = await composeServices();
const text = (id: string): string => services[id]?.text ?? '';

describe('deploy/compose.yml', () => {
  test.each(PROCESSES)('hands %s every variable it reads, and not one that it does not', (id) => {
    const read = documented.filter(({ readers }) => readers.includes(id)).map(({ name }) => name);
    const wanted = read.filter((name) => !DECIDED[id].includes(name));
    expect(wanted.length).toBeGreaterThan(5);
    expect([...(services[id]?.variables ?? [])].toSorted()).toEqual(wanted.toSorted());
  });

  test('keeps the engine’s socket, every secret and every network apart from each other', () => {
    const withEngine = Object.keys(services).filter((id) => text(id).includes('docker.sock'));
    expect(withEngine).toEqual(['sandbox']);
    expect(text('sandbox')).toContain('network_mode: none');
    for (const secret of ['KEY', 'SECRET', 'PASSWORD', 'DATABASE', 'REDIS'])
      expect(text('sandbox')).not.toContain(secret);
    expect(text('app')).not.toMatch(/OPENAI|PRIVATE_KEY|sandbox|volumes/);
    const published = Object.keys(services).filter((id) => text(id).includes('ports:'));
    expect(published).toEqual(['app']);
  });

  test('shows workers and the engine the directory of sockets at one path', () => {
    for (const id of ['workers', 'sandbox'])
      expect(text(id)).toContain('SOCKET_DIRECTORY: /var/lib/astraforge/sockets');
    expect(text('workers')).toContain('&sockets /var/lib/astraforge/sockets:/var/lib/astraforge/sockets');
    expect(text('sandbox')).toContain('- *sockets');
  });

  test('gives every long-running service a health check and the processes time to drain', async () => {
    for (const id of [...PROCESSES, 'postgres', 'redis']) expect(text(id), id).toContain('healthcheck:');
    for (const id of PROCESSES) expect(text(id), id).toContain('<<: *process');
    expect(await composeText()).toMatch(/^x-process: &process\n(?: {2}.*\n)* {2}stop_grace_period: 35s\n/m);
    expect(text('redis')).toMatch(/appendonly, 'yes', --maxmemory-policy, noeviction/);
  });

  test('asks for no variable that is not documented', async () => {
    const asked = [...(await composeText()).matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !documented.some((one) => one.name === name))).toEqual([]);
  });
});
