import { describe, expect, test } from 'vitest';
import { checkProfile, engineFacts } from '../../sandbox/profile.ts';
import type { EngineFacts } from '../../sandbox/profile.ts';

const GOOD: EngineFacts = { runtimes: ['runc', 'runsc'], engine: '28.5.2', runc: '1.3.3', appArmor: true };

test('an engine is read from its own answers', () => {
  const info = {
    Runtimes: { runc: { path: 'runc' } },
    SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default'],
  };
  const components = [
    { Name: 'Engine', Version: '20.10.24+dfsg1' },
    { Name: 'runc', Version: '1.1.5+ds1' },
  ];
  expect(engineFacts(info, { Version: '20.10.24+dfsg1', Components: components })).toEqual({
    runtimes: ['runc'],
    engine: '20.10.24+dfsg1',
    runc: '1.1.5+ds1',
    appArmor: true,
  });
  expect(engineFacts({}, {})).toEqual({ runtimes: [], engine: null, runc: null, appArmor: false });
  expect(() => engineFacts({ Runtimes: 7 }, {})).toThrow(expect.objectContaining({ code: 'unavailable' }));
});

describe('strong', () => {
  test('is had where everything is there', () => {
    expect(checkProfile('strong', GOOD)).toEqual([]);
  });

  test.each([
    ['without gVisor', { runtimes: ['runc'] }, 'runsc install'],
    ['with an old engine', { engine: '27.5.1' }, '27.5.1'],
    ['with an engine of unknown version', { engine: null }, 'unknown version'],
    ['with a runc that has known holes', { runc: '1.2.7' }, 'CVE-2025-31133'],
    ['with a runc whose line was never mended', { runc: '1.1.15' }, '1.1.15'],
    ['with a candidate of runc from before', { runc: '1.4.0-rc.1' }, '1.4.0-rc.1'],
    ['with a runc nobody knows', { runc: null }, 'unknown version'],
  ])('is refused loudly %s, and it is said what to do', (_case, change, words) => {
    const refusal = { code: 'unavailable', message: expect.stringContaining(words) };
    expect(() => checkProfile('strong', { ...GOOD, ...change })).toThrow(expect.objectContaining(refusal));
  });

  test('names everything that is missing at once', () => {
    const nothing = { runtimes: [], engine: '20.10.24+dfsg1', runc: '1.1.5+ds1', appArmor: false };
    expect(() => checkProfile('strong', nothing)).toThrow(/runsc.*20\.10\.24.*1\.1\.5/);
  });
});

test.each(['1.2.8', '1.2.9', '1.3.3', 'v1.3.4', '1.4.0', '1.5.0', '2.0.0'])('runc %s has no known hole', (runc) => {
  expect(checkProfile('standard', { ...GOOD, runc })).toEqual([]);
});

test('standard works with an old engine without gVisor, and says what is old', () => {
  expect(checkProfile('standard', { ...GOOD, runtimes: ['runc'] })).toEqual([]);
  expect(checkProfile('standard', { ...GOOD, engine: '20.10.24', runc: '1.1.5' })).toEqual([
    expect.stringContaining('20.10.24'),
    expect.stringContaining('1.1.5'),
  ]);
});
