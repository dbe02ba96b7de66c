import { expect, test } from 'vitest';
import { callerActor } from '#core/usecases/access/caller-actor.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';

const actor = (person: string, name: string, tenantId = 'default') =>
  callerActor(nodeRuntime, { person, name, tenantId });

test('a person stays the same under another name, so that nobody approves what they asked for by changing it', () => {
  const [ann, annB] = [actor('https://issuer.example/1', 'Ann'), actor('https://issuer.example/1', 'Ann B')];
  expect(annB.id).toBe(ann.id);
  expect([ann.login, annB.login]).toEqual(['Ann', 'Ann B']);
});

test('two people of one name are two, and so are the same in two tenants', () => {
  const ids = [
    actor('https://issuer.example/1', 'Alex'),
    actor('https://issuer.example/2', 'Alex'),
    actor('operator', 'Alex'),
  ];
  expect(new Set([...ids, actor('operator', 'Alex', 'umbra')].map(({ id }) => id)).size).toBe(4);
});
