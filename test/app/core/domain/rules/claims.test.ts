import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { USER_ROLES } from '#core/domain/rules/access.ts';
import { claimAt, roleOfClaims, tenantOfClaims, type ClaimRules } from '#core/domain/rules/claims.ts';

const RULES: ClaimRules = {
  roleClaim: 'realm_access.roles',
  roleWords: { admin: ['admin', 'root'], maintainer: ['maintainer'], reviewer: ['reviewer'], observer: ['observer'] },
  tenantClaim: 'org.id',
};

describe('claims', () => {
  it.each([
    [{ a: { b: 1 } }, 'a.b', 1],
    [{ 'https://forge.example/roles': ['x'] }, 'https://forge.example/roles', ['x']],
    [{ 'a.b': 1, a: { b: 2 } }, 'a.b', 1],
    [{ a: 1 }, 'a.b', undefined],
    [{ a: ['b'] }, 'a.0', undefined],
    [{ a: null }, 'a.b', undefined],
    [{}, 'constructor.name', undefined],
    [{}, '__proto__', undefined],
    [{ a: {} }, 'a.toString', undefined],
  ])('%j has at %s: %j', (claims, path, found) => {
    expect(claimAt(claims, path)).toEqual(found);
  });

  it('the most powerful role counts, by any of its words, as text or in a list', () => {
    const roleOf = (roles: unknown) => roleOfClaims({ realm_access: { roles } }, RULES);
    expect(roleOf(['observer', 'root', 'reviewer'])).toBe('admin');
    expect(roleOf('reviewer')).toBe('reviewer');
    expect(roleOf([])).toBeUndefined();
    expect(roleOf(undefined)).toBeUndefined();
  });

  it('a role comes from a word that is written exactly so, and from nothing else', () => {
    const words = new Set(Object.values(RULES.roleWords).flat());
    fc.assert(
      fc.property(fc.jsonValue(), (roles) => {
        const role = roleOfClaims({ realm_access: { roles } }, RULES);
        const held = Array.isArray(roles) ? roles : [roles];
        expect(role === undefined).toBe(!held.some((word) => typeof word === 'string' && words.has(word)));
        expect(role === undefined || USER_ROLES.includes(role)).toBe(true);
      }),
    );
  });

  it('a tenant is text, or it is none; without a claim for it everybody belongs to the first', () => {
    expect(tenantOfClaims({ org: { id: 'umbra' } }, RULES)).toBe('umbra');
    for (const id of ['', 7, null, ['umbra']]) expect(tenantOfClaims({ org: { id } }, RULES)).toBeUndefined();
    expect(tenantOfClaims({}, { ...RULES, tenantClaim: undefined })).toBe('default');
  });
});
