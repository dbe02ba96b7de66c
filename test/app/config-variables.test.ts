import { expect, test } from 'vitest';
import { z } from 'zod';
import { effectiveVariables, isSecretVariable } from '../../app/config-variables.ts';
import { configuredVariables } from '../../deploy/embedded/configured-variables.ts';

test('what lets somebody in is secret, and nothing else is', () => {
  const secret = configuredVariables()
    .flatMap(({ variables }) => variables.map(({ name }) => name))
    .filter(isSecretVariable);
  expect(secret).toEqual(
    expect.arrayContaining([
      ...[
        'PRIVATE_KEY',
        'WEBHOOK_SECRET',
        'GITLAB_TOKEN',
        'GITLAB_WEBHOOK_SIGNING_TOKEN',
        'GIT_CREDENTIALS',
        'API_KEY_PEPPER',
        'API_ADMIN_KEY',
      ],
      ...['OPENAI_API_KEY', 'LLM_PROXY_SECRET', 'DATABASE_URL', 'REDIS_URL', 'SENTRY_DSN', 'POSTGRES_PASSWORD'],
    ]),
  );
  for (const shown of ['RUN_TOKENS_MAX', 'PORT', 'OPENAI_BASE_URL', 'GITLAB_PROJECTS', 'GIT_HOSTS'])
    expect(secret).not.toContain(shown);
});

test('a variable is shown as it counts: as set, or by its default, without anything that lets somebody in', () => {
  const schema = z.object({
    SOME_TOKEN: z.string().describe('Lets somebody in.'),
    SOME_URL: z.string().describe('Address'),
    OTHER_URLS: z.string().describe('Addresses'),
    SOME_COUNT: z.coerce.number().default(7).describe('How many'),
    UNSET: z.string().optional().describe('Nothing'),
  });
  const env = {
    SOME_TOKEN: 'hunter2',
    SOME_URL: 'https://ada:hunter2@git.example:8443/api/v4?private_token=hunter2',
    OTHER_URLS: 'http://a:hunter2@one.example, https://two.example?k=hunter2',
  };
  const shown = effectiveVariables(schema, env);
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown.map(({ name, value, is_secret, is_set }) => [name, value, is_secret, is_set])).toEqual([
    ['SOME_TOKEN', null, true, true],
    ['SOME_URL', 'https://git.example:8443/api/v4', false, true],
    ['OTHER_URLS', 'http://one.example, https://two.example', false, true],
    ['SOME_COUNT', '7', false, false],
    ['UNSET', null, false, false],
  ]);
  expect(shown[0]?.description).toBe('Lets somebody in');
});
