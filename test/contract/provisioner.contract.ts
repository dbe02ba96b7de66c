import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { execCases } from '../sandbox/exec-cases.ts';
import { openScene, type GuestScene, type ProvisionerSubject } from '../sandbox/guest-scene.ts';
import { isolationCases } from '../sandbox/isolation-cases.ts';
import { lifecycleCases } from '../sandbox/lifecycle-cases.ts';
import { networkCases } from '../sandbox/network-cases.ts';
import { streamCases } from '../sandbox/stream-cases.ts';
import { setUpCases } from '../sandbox/set-up/cases.ts';
import { hostileSetUpCases } from '../sandbox/set-up/hostile-cases.ts';
import { transferCases } from '../sandbox/transfer-cases.ts';
import { workspaceCases } from '../sandbox/workspace-cases.ts';

/** Milliseconds to open a provisioner; an image may have to be made first. */
const OPEN_TIMEOUT_MS = 900_000;

/** What every provisioner promises. `open` is called once, and its subject is disposed at the end. */
export function provisionerContract(open: () => Promise<ProvisionerSubject>): void {
  let subject: ProvisionerSubject;
  let scene: GuestScene;
  beforeAll(async () => {
    subject = await open();
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(() => subject[Symbol.asyncDispose]());
  beforeEach(async () => {
    scene = await openScene(subject);
  });
  afterEach(() => scene[Symbol.asyncDispose]());
  const current = (): GuestScene => scene;
  describe('runs commands:', () => execCases(current));
  describe('carries streams:', () => streamCases(current));
  describe('moves files:', () => transferCases(current));
  describe('confines:', () => isolationCases(current));
  describe('lets nothing out but the socket:', () => networkCases(current));
  describe('holds a repository:', () => workspaceCases(current));
  describe('sets a repository up:', () => setUpCases(() => subject));
  describe('distrusts what set-up left:', () => hostileSetUpCases(() => subject));
  describe('leaves nothing:', () => lifecycleCases(current));
}
