import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
/** A holder touches its lock every 2 s; one untouched for longer has died, wherever its process was. */
const STALE_MS = 20_000;
const POLL_MS = 200;
const WAIT_MS = 25 * 60_000;

/**
 * Runs `work` while holding the lock file `path`; other processes wait their turn. A lock whose holder was killed is taken
 * over. Throws when the turn does not come within 25 minutes.
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  await acquire(path);
  const beat = setInterval(() => touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(path, { force: true });
  }
}

async function acquire(path) {
  const deadline = Date.now() + WAIT_MS;
  for (let told = false; !create(path); told = true) {
    if (Date.now() > deadline)
      throw new Error(`Another set-up holds ${path} for too long; remove it if none is running.`);
    if (!told) process.stdout.write('Another set-up of this checkout is at work, waiting for it …\n');
    if (isStale(path)) takeAway(path);
    await sleep(POLL_MS);
  }
}

function create(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Only one process at a time may take a lock away, and it looks again before it does: a new holder's is never removed. */
function takeAway(path) {
  const turn = `${path}.takeover`;
  if (!create(turn)) {
    if (isUntouched(turn)) rmSync(turn, { force: true });
    return;
  }
  try {
    if (isStale(path)) rmSync(path, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}

function isStale(path) {
  return isUntouched(path) || holderIsDead(path);
}

function isUntouched(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > STALE_MS;
}

/** A process number means nothing in another container; there it may name nobody, so a lock just taken is left alone. */
function holderIsDead(path) {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH' && !isFresh(path);
  }
}

function isFresh(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined || Date.now() - stat.mtimeMs < 2 * BEAT_MS;
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Taken away as stale after this process was stopped for long; the work goes on, repeating it does no harm.
  }
}
