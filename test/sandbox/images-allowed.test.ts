import { expect, test } from 'vitest';
import { requireAllowedImage } from '../../sandbox/images-allowed.ts';

const ALLOWED = ['ghcr.io/acme/workspace:1', 'registry.acme.test/agents/*'];

test('an image is allowed by its exact name or by a beginning that ends in a star', () => {
  for (const image of ['ghcr.io/acme/workspace:1', 'registry.acme.test/agents/java:21'])
    expect(() => requireAllowedImage(ALLOWED, image), image).not.toThrow();
});

test('any other image is denied, and it is said who can allow it', () => {
  for (const image of ['ghcr.io/acme/workspace:2', 'ghcr.io/acme/workspace', 'registry.acme.test/other', 'debian']) {
    expect(() => requireAllowedImage(ALLOWED, image), image).toThrow(
      expect.objectContaining({ code: 'denied', message: expect.stringContaining('SANDBOX_IMAGES_ALLOWED') }),
    );
  }
  expect(() => requireAllowedImage([], 'debian')).toThrow(expect.objectContaining({ code: 'denied' }));
});

test('what is no name of an image is invalid, even where everything is allowed', () => {
  for (const image of ['', '-v', 'a b', 'a\n', 'a'.repeat(256), '../x', 'a;b'])
    expect(() => requireAllowedImage(['*'], image), image).toThrow(expect.objectContaining({ code: 'invalid' }));
});
