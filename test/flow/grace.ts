import { randomUUID } from 'node:crypto';
import { createKeyMint } from '../../app/identity/key-mint.ts';
import type { Running } from '../../deploy/embedded/start.ts';
import { API_ENV } from './rest-client.ts';

/** A key that another person than the administrator answers for. */
export async function keyOfGrace({ astraforge }: { readonly astraforge: Running }): Promise<string> {
  const { key, hash, preview } = createKeyMint({ pepper: API_ENV.API_KEY_PEPPER, adminKey: undefined }).mint();
  const grace = {
    id: randomUUID(),
    tenantId: 'default',
    owner: 'grace',
    ownerId: null,
    name: 'of grace',
    preview,
    expiresAt: null,
  };
  await astraforge.shared.store.apiKeys.add({ ...grace, scopes: ['run'] }, hash);
  return key;
}
