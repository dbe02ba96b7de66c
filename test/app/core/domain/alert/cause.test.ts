import { describe, expect, it } from 'vitest';
import { causeOf } from '#core/domain/alert/cause.ts';
import type { Frame } from '#core/domain/alert/failure.ts';

const frame = (file: string, name: string | null, inApp = true): Frame => ({
  ...{ file, function: name, inApp, line: 7, context: [] },
});
const errors = (...frames: Frame[]) => ({ errors: [{ type: 'TypeError', value: 'x', frames }] });
const CART = [
  frame('node_modules/x/y.js', 'call', false),
  frame('src/app.js', 'handle'),
  frame('src/cart.js', 'total'),
];

describe('the cause of an error', () => {
  it.each([
    ['another line', CART.map((one) => ({ ...one, line: 99 }))],
    ['libraries in between', [...CART, frame('node_modules/z.js', 'deep', false)]],
    [
      'callers further out',
      [frame('src/main.js', 'main'), frame('src/other.js', 'run'), frame('src/routes.js', 'x'), ...CART.slice(1)].slice(
        0,
      ),
    ],
  ])('is the same with %s', (_, frames) => {
    const three = [frame('src/routes.js', 'x'), ...CART.slice(1)];
    const known = _ === 'callers further out' ? three : CART;
    expect(causeOf(errors(...frames))).toBe(causeOf(errors(...known)));
  });

  it('is the same in the next build, whose bundles have other hashes and numbers', () => {
    const built = (hash: string) => errors(frame(`https://shop/assets/index-${hash}.js`, 'total$1'));
    expect(causeOf(built('4f9a1b2c'))).toBe(causeOf(built('0d3e5f77')));
  });

  it.each([
    ['type', { errors: [{ type: 'RangeError', value: 'x', frames: CART }] }],
    ['function', errors(...CART.slice(0, 2), frame('src/cart.js', 'sum'))],
    ['file', errors(...CART.slice(0, 2), frame('src/basket.js', 'total'))],
  ])('is another one with another %s', (_, other) => {
    expect(causeOf(other)).not.toBe(causeOf(errors(...CART)));
  });

  it('is not known without a frame of one’s own', () => {
    expect(causeOf(errors(frame('node_modules/x.js', 'f', false)))).toBeUndefined();
    expect(causeOf({ errors: [] })).toBeUndefined();
  });

  it('of an error that another one caused is where the last own code was', () => {
    const wrapped = {
      errors: [...errors(...CART).errors, { type: 'Wrapped', value: '', frames: [frame('lib.js', 'f', false)] }],
    };
    expect(causeOf(wrapped)).toMatch(/^Wrapped\nsrc\/cart\.js total\n/);
  });
});
