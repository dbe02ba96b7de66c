import { expect, test } from 'vitest';
import { SandboxOptions } from '../../sandbox/limits.ts';
import { chooseProvisioner } from '../../sandbox/plugins.ts';
import { requireAllowedImage, requireWholeBeginnings } from '../../sandbox/images-allowed.ts';

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
    expect(() => requireAllowedImage(['*', 'a*'], image), image).toThrow(expect.objectContaining({ code: 'invalid' }));
});

test('a beginning that ends within a name stops the start and says why, one that ends with a part does not', () => {
  expect(() => requireWholeBeginnings([...ALLOWED, 'acme/workspace:*', 'acme/workspace@*'])).not.toThrow();
  for (const entry of ['*', 'ghcr.io/acme*', 'ghcr.io*', 'ghcr.io/acme/workspace:1*', 'ghcr.io/acme-*'])
    expect(() => requireWholeBeginnings([...ALLOWED, entry]), entry).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: expect.stringContaining(`${entry} also allows longer names`),
      }),
    );
});

test('no place to run is chosen with such a list, whichever is asked for', async () => {
  const options = SandboxOptions.parse({ SANDBOX_IMAGES_ALLOWED: 'ghcr.io/acme*', SANDBOX_POOL_SIZE: '0' });
  const surroundings = { socketRoot: '/tmp', onProgress: () => undefined };
  for (const PROVISIONER of ['docker', 'k8s', undefined] as const)
    await expect(chooseProvisioner({ ...options, PROVISIONER }, surroundings)).rejects.toMatchObject({
      code: 'invalid',
    });
});

test('after a colon comes a tag, never a port with a path', () => {
  expect(() => requireAllowedImage(['acme:*'], 'acme:1')).not.toThrow();
  expect(() => requireAllowedImage(['acme:*'], 'acme:5000/evil')).toThrow(expect.objectContaining({ code: 'denied' }));
});
