import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { UserRecord } from './records.ts';

const KEY_BITS = 2048;
const WEBHOOK_SECRET_BYTES = 32;

/** The GitHub App that the stand-in hosts. `privateKey` is PKCS#1 PEM, the form in which GitHub hands keys out. */
export interface AppCredentials {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly webhookSecret: string;
  readonly botUser: UserRecord;
  readonly createdAt: number;
  /** What the App may do where it is installed; tokens can only be narrower. */
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
  /** Events the App subscribes to; other events are recorded and not delivered. */
  readonly events: readonly string[];
}

/** What a test may choose about the App. */
export interface AppOptions {
  readonly slug?: string;
  readonly permissions?: Readonly<Record<string, 'read' | 'write'>>;
  readonly events?: readonly string[];
  readonly webhookSecret?: string;
}

const DEFAULT_PERMISSIONS = {
  metadata: 'read',
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  checks: 'write',
  actions: 'read',
} as const;

// Those of app.yml.
const DEFAULT_EVENTS = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'check_run',
  'check_suite',
  'push',
  'delete',
  'repository',
] as const;

/** Makes an App with a fresh key pair and secrets. */
export async function createAppCredentials(options: AppOptions, nextId: () => number): Promise<AppCredentials> {
  const keys = await promisify(generateKeyPair)('rsa', {
    modulusLength: KEY_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const slug = options.slug ?? 'astraforge';
  return {
    id: nextId(),
    slug,
    clientId: `Iv23li${randomBytes(7).toString('hex')}`,
    clientSecret: randomBytes(20).toString('hex'),
    privateKey: keys.privateKey,
    publicKey: keys.publicKey,
    webhookSecret: options.webhookSecret ?? randomBytes(WEBHOOK_SECRET_BYTES).toString('hex'),
    botUser: { id: nextId(), login: `${slug}[bot]`, type: 'Bot' },
    createdAt: Date.now(),
    permissions: options.permissions ?? DEFAULT_PERMISSIONS,
    events: options.events ?? DEFAULT_EVENTS,
  };
}
