import { localProvisioner } from './open-subject.ts';

const [, , home, script] = process.argv;
if (home === undefined || script === undefined) throw new Error('usage: run-local-guest DIRECTORY SCRIPT');

/** A process of its own that owns one guest, for tests that kill it or run it as somebody else. */
const provisioner = localProvisioner(home);
await provisioner.ready();
const guest = await provisioner.create({
  labels: { runId: 'run_own', epoch: 1 },
  doors: { kind: 'sockets', directory: home },
});
const exit = await guest.exec({ argv: ['sh', '-c', script], timeoutMs: 60_000, outputBytesMax: 1_000_000 });
process.stdout.write(exit.stdout);
process.stderr.write(exit.stderr);
await guest.destroy();
