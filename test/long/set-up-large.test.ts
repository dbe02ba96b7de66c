import { expect, test } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { makeBaseRepository } from '../sandbox/base-repository.ts';
import type { ProvisionerSubject } from '../sandbox/guest-scene.ts';
import { openDocker, openLocal } from '../sandbox/open-subject.ts';
import { openSetUpStage, type SetUpRoom } from '../sandbox/set-up/stage.ts';

const MEBIBYTE = 1024 * 1024;
const TEST_TIMEOUT_MS = 180_000;
/** 5,000 files of 20 kB in 500 directories, about as well compressible as a tree of packages. */
const INSTALL = `node -e '
const fs = require("node:fs"), { randomBytes } = require("node:crypto");
for (let n = 0; n < 500; n++) {
  const at = "ignored/node_modules/package-" + n + "/lib";
  fs.mkdirSync(at, { recursive: true });
  for (let f = 0; f < 10; f++) fs.writeFileSync(at + "/" + f + ".js", randomBytes(5000).toString("hex") + " ".repeat(10000));
}
fs.symlinkSync("../package-1/lib/1.js", "ignored/node_modules/package-0/link");'`;
/** What a package manager waits for its registry, at the least. */
const NETWORK = 'sleep 5';
const FINGERPRINT = `cd ignored && find . -type f -print0 | sort -z | xargs -0 sha1sum | sha1sum; find . | wc -l; du -sm --apparent-size .`;

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now();
  return { result: await work, ms: Math.round(performance.now() - startedAt) };
}

function largeTree(open: () => Promise<ProvisionerSubject>): void {
  test(
    'a tree of 100 MB comes back whole, in less time than it took to make',
    { timeout: TEST_TIMEOUT_MS },
    async ({ annotate }) => {
      await using subject = await open();
      await using base = await makeBaseRepository();
      await using stage = await openSetUpStage(subject);
      const fill = async (commands: string[]): Promise<{ room: SetUpRoom; kind: string; ms: number }> => {
        const room = await stage.openRoom(base);
        const { result, ms } = await timed(room.setUp(commands));
        return { room, kind: result.kind, ms };
      };
      const made = await fill([INSTALL, NETWORK]);
      const print = await made.room.sh(FINGERPRINT);
      await made.room[Symbol.asyncDispose]();
      const restored = await fill(['exit 1']);
      expect([made.kind, restored.kind]).toEqual(['done', 'restored']);
      expect(await restored.room.sh(FINGERPRINT)).toBe(print);
      expect(print).toMatch(/\n1?\d{4}\n\d{2,3}\t\.$/);
      await restored.room[Symbol.asyncDispose]();
      expect(restored.ms).toBeLessThan(made.ms);
      await annotate(`cold ${made.ms} ms (kept: ${made.room.lines.at(-1) ?? ''}), restored ${restored.ms} ms`);
    },
  );
}

describeWith(['confinement', 'codex'], 'set-up with the local provisioner', () => largeTree(openLocal));
describeWith(['docker', 'codex'], 'set-up in containers', () =>
  largeTree(() => openDocker(undefined, { workspaceBytes: 512 * MEBIBYTE, memoryBytes: 1024 * MEBIBYTE })),
);
