import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { LogoutNotice } from '#core/ports/access/identity-provider.ts';
import type { NewUserSession } from '#core/ports/access/user-sessions.ts';
import type { StoreSubjects } from './store-subject.ts';

const ISSUER = 'https://issuer.example';
const TERMS = { issuer: ISSUER, idleSec: 600 };
const LIFE_SEC = 3_600;
const NOTICE_SEC = 600;

const aHash = (): string => randomUUID().replaceAll('-', '').repeat(2);

function aSession(same: Partial<NewUserSession> = {}): NewUserSession {
  const who = { tenantId: FIRST_TENANT, name: 'Ada', role: 'admin' } as const;
  return { id: randomUUID(), ...who, issuer: ISSUER, subject: 'ada', sid: 's1', ...same };
}

const aNotice = (same: Partial<LogoutNotice> = {}): LogoutNotice => ({
  issuer: ISSUER,
  jti: randomUUID(),
  subject: 'ada',
  sid: null,
  ...same,
});

/** What keeping sessions of people and their sign-in links promises. */
export function userSessionsContract(subjectOf: StoreSubjects): void {
  describe('sessions of people', () => {
    beforeEach(() => subjectOf().empty());

    async function opened(same: Partial<NewUserSession> = {}): Promise<string> {
      const hash = aHash();
      expect(await subjectOf().store.userSessions.open(aSession(same), hash, LIFE_SEC)).toBe(true);
      return hash;
    }
    const use = (hash: string) => subjectOf().store.userSessions.use(hash, TERMS);

    test('a session is found by its hash until it is closed', async () => {
      const session = aSession();
      const hash = aHash();
      await subjectOf().store.userSessions.open(session, hash, LIFE_SEC);
      const { sid: _sid, ...told } = session;
      expect(await use(hash)).toEqual(told);
      expect(await use(aHash())).toBeUndefined();
      await subjectOf().store.userSessions.close(hash);
      expect(await use(hash)).toBeUndefined();
      await subjectOf().store.userSessions.close(hash);
    });

    test('a session of no tenant does not begin', async () => {
      const hash = aHash();
      expect(await subjectOf().store.userSessions.open(aSession({ tenantId: 'nowhere' }), hash, LIFE_SEC)).toBe(false);
      expect(await use(hash)).toBeUndefined();
    });

    test('a session counts within its life and its idle time, and for who began it', async () => {
      const { userSessions } = subjectOf().store;
      const over = aHash();
      await userSessions.open(aSession(), over, 0);
      expect(await use(over)).toBeUndefined();
      const hash = await opened();
      expect(await userSessions.use(hash, { issuer: ISSUER, idleSec: 0 })).toBeUndefined();
      expect(await userSessions.use(hash, { issuer: null, idleSec: 600 })).toBeUndefined();
      expect(await userSessions.use(hash, { issuer: 'https://other.example', idleSec: 600 })).toBeUndefined();
      expect(await use(hash)).toBeDefined();
    });

    test('a notice ends the sessions it is about, once', async () => {
      const { userSessions } = subjectOf().store;
      const [one, two] = [await opened(), await opened({ sid: 's2' })];
      const [other, elsewhere] = [await opened({ subject: 'rob' }), await opened({ issuer: 'https://other.example' })];
      const notice = aNotice({ sid: 's2' });
      expect(await userSessions.obey(notice, NOTICE_SEC)).toBe('obeyed');
      expect([await use(one), await use(two)]).toEqual([expect.anything(), undefined]);
      const again = await opened({ sid: 's2' });
      expect(await userSessions.obey(notice, NOTICE_SEC)).toBe('repeated');
      expect(await use(again)).toBeDefined();
      expect(await userSessions.obey(aNotice(), NOTICE_SEC)).toBe('obeyed');
      expect([await use(one), await use(again), await use(other)]).toEqual([undefined, undefined, expect.anything()]);
      expect(await userSessions.use(elsewhere, { ...TERMS, issuer: 'https://other.example' })).toBeDefined();
      expect(await userSessions.obey(aNotice({ subject: null, sid: null }), NOTICE_SEC)).toBe('obeyed');
      expect(await use(other)).toBeDefined();
    });

    test('a notice about a session at the issuer ends those of its person that are of none', async () => {
      const [nameless, other] = [await opened({ sid: null }), await opened({ sid: null, subject: 'rob' })];
      expect(await subjectOf().store.userSessions.obey(aNotice({ sid: 's9' }), NOTICE_SEC)).toBe('obeyed');
      expect([await use(nameless), await use(other)]).toEqual([undefined, expect.anything()]);
    });

    test('of notices with one id that come together one is obeyed', async () => {
      const notice = aNotice();
      const { userSessions } = subjectOf().store;
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => userSessions.obey(notice, NOTICE_SEC)));
      expect(outcomes.filter((outcome) => outcome === 'obeyed')).toHaveLength(1);
    });
  });

  describe('sign-in links', () => {
    beforeEach(() => subjectOf().empty());

    test('a link is used up by its use, and by a newer one of its tenant', async () => {
      const { signInLinks, tenants } = subjectOf().store;
      await tenants.add({ id: 'umbra', name: 'Umbra' });
      const [first, second, other] = [aHash(), aHash(), aHash()];
      await signInLinks.put('umbra', other, 900);
      await signInLinks.put(FIRST_TENANT, first, 900);
      await signInLinks.put(FIRST_TENANT, second, 900);
      expect(await signInLinks.take(first)).toBeUndefined();
      const taken = await Promise.all(Array.from({ length: 8 }, () => signInLinks.take(second)));
      expect(taken.filter((tenantId) => tenantId === FIRST_TENANT)).toHaveLength(1);
      expect(await signInLinks.take(other)).toBe('umbra');
    });

    test('a link leads nowhere after its time', async () => {
      const { signInLinks } = subjectOf().store;
      const hash = aHash();
      await signInLinks.put(FIRST_TENANT, hash, 0);
      expect(await signInLinks.take(hash)).toBeUndefined();
    });
  });
}
