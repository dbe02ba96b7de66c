import { describe, expect, it } from 'vitest';
import { repositoryPath } from '#core/domain/alert/path-map.ts';

const MAPPINGS = [
  { from: '/app/', to: 'apps/web/' },
  { from: '/app/lib/', to: 'packages/lib/' },
  { from: 'webpack:///./', to: '' },
];

describe('the path of a frame in its repository', () => {
  it.each([
    ['/app/src/cart.js', 'apps/web/src/cart.js'],
    ['/app/lib/money.js', 'packages/lib/money.js'],
    ['webpack:///./src/cart.js', 'src/cart.js'],
    ['src/cart.js', 'src/cart.js'],
    ['./src//cart.js', 'src/cart.js'],
    [String.raw`src\cart.js`, 'src/cart.js'],
  ])('of %s is %s', (file, path) => expect(repositoryPath(file, MAPPINGS)).toBe(path));

  it.each([
    '/usr/lib/node.js',
    'https://cdn.example/x.js',
    'node:internal/x',
    '../../etc/passwd',
    '/app/../../x',
    '/app/',
    '.',
    '',
  ])('of %s is none', (file) => expect(repositoryPath(file, MAPPINGS)).toBeUndefined());
});
