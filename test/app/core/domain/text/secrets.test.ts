import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, REDACTED } from '#core/domain/text/secrets.ts';

const secret = 's3cr3t/+value"with\\odd chars';
const bytes = Buffer.from(secret);

const ENCODINGS: Readonly<Record<string, string>> = {
  plain: secret,
  json: JSON.stringify({ key: secret }),
  uri: encodeURIComponent(secret),
  hex: bytes.toString('hex'),
  'upper-case hex': bytes.toString('hex').toUpperCase(),
  reversed: [...secret].toReversed().join(''),
  base64: bytes.toString('base64'),
  'base64 after one byte': Buffer.concat([Buffer.from('x'), bytes]).toString('base64'),
  'base64 after two bytes': Buffer.concat([Buffer.from('xy'), bytes, Buffer.from('tail')]).toString('base64'),
  base64url: Buffer.concat([Buffer.from('??'), bytes, Buffer.from('~~')]).toString('base64url'),
};

describe('a live secret is found in every usual encoding', () => {
  it.each(Object.entries(ENCODINGS))('%s', (_, encoded) => {
    const redactor = createRedactor();
    expect(redactor.redact(`before ${encoded} after`)).toBe(`before ${encoded} after`);
    redactor.register(secret);
    const clean = redactor.redact(`before ${encoded} after`);
    expect(clean).toContain(REDACTED);
    expect(clean.startsWith('before ') && clean.endsWith(' after')).toBe(true);
    expect(redactor.holdsSecret(encoded)).toBe(true);
  });
});

it('any random secret disappears from any base64 of a text around it', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (before, after) => {
      const key = randomBytes(24).toString('base64url');
      const redactor = createRedactor();
      redactor.register(key);
      const encoded = Buffer.from(before + key + after).toString('base64');
      expect(Buffer.from(redactor.redact(encoded).replaceAll(REDACTED, ''), 'base64').includes(key)).toBe(false);
      expect(redactor.holdsSecret(encoded)).toBe(true);
    }),
  );
});

it('a private key is found whole and line by line', () => {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
  const redactor = createRedactor();
  redactor.register(pem);
  const line = pem.split('\n')[3] ?? '';
  expect(redactor.redact(`key ${line} end`)).toBe(`key ${REDACTED} end`);
  expect(redactor.redact(pem)).not.toContain(line);
});

it('what looks like a credential is masked although nobody registered it', () => {
  const redactor = createRedactor();
  const shapes = [
    `ghs_12345_${'eyJhbGciOi'.repeat(40)}.${'a'.repeat(40)}.${'b'.repeat(60)}`,
    `ghp_${'a'.repeat(36)}`,
    `github_pat_${'a'.repeat(40)}`,
    `glpat-${'a'.repeat(20)}`,
    `sk-proj-${'a'.repeat(40)}`,
    `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(20)}.${'b'.repeat(20)}`,
  ];
  for (const shape of shapes) expect(redactor.redact(`x ${shape} y`), shape.slice(0, 8)).toBe(`x ${REDACTED} y`);
  expect(redactor.redact('https://x-access-token:abcdef@github.com/a/b')).toBe(`https://${REDACTED}@github.com/a/b`);
});

it('reads a megabyte of the most hostile text at all: anything worse than linear would not end before the test does', () => {
  const redactor = createRedactor();
  for (const piece of [
    'eyJaaaaaaaa-',
    'eyJaaaaaaaa.',
    'ghs_',
    'ghs_.',
    'sk-',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '://a:',
    '://',
    'a@',
  ])
    expect(typeof redactor.redact(piece.repeat(Math.ceil(1_048_576 / piece.length))), piece).toBe('string');
});

it('a forgotten secret is no longer looked for, and ordinary text stays as it is', () => {
  const redactor = createRedactor();
  const forget = redactor.register(secret);
  forget();
  expect(redactor.redact(`${secret} http://localhost:3000/a?b=c`)).toBe(`${secret} http://localhost:3000/a?b=c`);
});
