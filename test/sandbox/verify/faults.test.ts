import { describe, expect, test } from 'vitest';
import { expectedContainer } from '../../../sandbox/verify/expected.ts';
import { faultsOf } from '../../../sandbox/verify/faults.ts';
import { readReport } from '../../../sandbox/verify/report.ts';
import { printedReport, SAMPLE_FILES, SAMPLE_LIMITS } from './sample.ts';

const GROUP = '/sys/fs/cgroup';

function faults(version: keyof typeof SAMPLE_FILES, change: Readonly<Record<string, string>> = {}): string[] {
  return faultsOf(readReport(printedReport({ ...SAMPLE_FILES[version], ...change })), expectedContainer(SAMPLE_LIMITS));
}

/** The report in which one text of one file is another. */
function changed(file: string, from: string | RegExp, to: string): string[] {
  const path = `/proc/self/${file}`;
  const before = SAMPLE_FILES.v1[path] ?? '';
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  return faults('v1', { [path]: after });
}

test.each(['v1', 'v2'] as const)('a guest that is what was asked for has no fault, control groups %s', (version) => {
  expect(faults(version)).toEqual([]);
});

describe('every difference is named', () => {
  test.each([
    ['status', /CapEff:\t0+/, 'CapEff:\t00000000a80425fb', 'CapEff is 00000000a80425fb, not 0'],
    ['status', /CapAmb.*\n/, '', 'CapAmb is not reported, not 0000000000000000'],
    ['status', 'Uid:\t10001\t10001', 'Uid:\t10001\t0', 'Uid is 10001 0 10001 10001, not 10001 10001 10001 10001'],
    ['status', 'Groups:\t10001', 'Groups:\t10001 42', 'Groups holds 42'],
    ['status', 'NoNewPrivs:\t1', 'NoNewPrivs:\t0', 'NoNewPrivs is 0, not 1'],
    ['status', 'Seccomp:\t2', 'Seccomp:\t0', 'Seccomp is 0, not 2'],
    ['mountinfo', '/ / ro,', '/ / rw,', '/ is writable'],
    ['mountinfo', '/run/astraforge ro', '/run/astraforge rw', '/run/astraforge is writable'],
    ['mountinfo', /.*\/run\/astraforge.*\n/, '', '/run/astraforge is not a mount of its own'],
    ['mountinfo', 'size=262144k', 'size=12052000k', '/home/agent holds 12341248000 bytes, not 268435456'],
    ['mountinfo', ',size=65536k,nr', ',nr', '/workspace holds Infinity bytes, not 67108864'],
    ['mountinfo', '/tmp rw,nosuid', '/tmp rw', '/tmp is not nosuid'],
    ['mountinfo', /nr_inodes=500000,uid/, 'uid', '/tmp has unbounded inodes, not 500000'],
    ['mountinfo', /\/workspace.*mode=700/, (found: string) => found.replace('700', '777'), '/workspace has mode 777'],
    ['mountinfo', /.* \/proc\/sys .*\n/, '', '/proc/sys is not a mount of its own'],
    ['mountinfo', '/proc/sys ro', '/proc/sys rw', '/proc/sys shows /sys of proc (proc), which nobody asked for'],
    ['mountinfo', '- tmpfs shm rw,size=65536k', '- tmpfs shm rw,size=1048576k', '/dev/shm holds'],
    ['limits', /4096 {17}4096/, '4096                 1048576', 'Max open files is 4096 and 1048576, not 4096'],
    ['oom_score_adj', '500', '0', 'oom_score_adj is 0, not 500'],
    ['net/dev', 'lo:       0', 'lo: 0\n  eth0: 0', 'there is a network interface eth0'],
  ] as const)('%s: %s', (...[file, from, to, sentence]) => {
    const before = SAMPLE_FILES.v1[`/proc/self/${file}`] ?? '';
    const found = changed(file, from, typeof to === 'string' ? to : to(from.exec(before)?.[0] ?? ''));
    expect(found).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    ['v1', `${GROUP}/pids/pids.max`, 'max', 'the limit of processes is unlimited, not 256'],
    [
      'v1',
      `${GROUP}/memory/memory.memsw.limit_in_bytes`,
      '9223372036854771712',
      'swap on top of memory is unlimited, not 0',
    ],
    ['v1', `${GROUP}/cpu/cpu.cfs_quota_us`, '-1', 'the limit of CPUs is unlimited'],
    ['v2', `${GROUP}/memory.max`, '1073741824', 'the limit of memory is 1073741824, not 536870912'],
    ['v2', `${GROUP}/memory.swap.max`, 'max', 'swap on top of memory is unlimited, not 0'],
    ['v2', `${GROUP}/cpu.max`, 'max 100000', 'the limit of CPUs is unlimited'],
    ['v2', `${GROUP}/cpu.max`, '', 'the limit of CPUs is not reported'],
    ['v2', `${GROUP}/pids.max`, '', 'the limit of processes is not reported, not 256'],
  ] as const)('control groups %s: %s is %s', (...[version, path, value, sentence]) => {
    expect(faults(version, { [path]: value })).toEqual([expect.stringContaining(sentence)]);
  });
});

test.each(['/var/run/docker.sock', '/host', '/home/agent/.ssh', '/dev/vda1', '/run/astraforge/more', '/procedure'])(
  'a mount nobody asked for is named: %s',
  (path) => {
    const more = `${SAMPLE_FILES.v1['/proc/self/mountinfo']}\n200 80 254:0 /x ${path} ro,relatime - ext4 /dev/vda rw`;
    expect(faults('v1', { '/proc/self/mountinfo': more })).toEqual([
      `${path} shows /x of /dev/vda (ext4), which nobody asked for`,
    ]);
  },
);

test('a profile of AppArmor that was asked for has to be in force', () => {
  const expected = expectedContainer({ ...SAMPLE_LIMITS, appArmor: true });
  const say = (text: string): string[] =>
    faultsOf(readReport(printedReport({ ...SAMPLE_FILES.v1, '/proc/self/attr/current': text })), expected);
  expect(say('docker-default (enforce)')).toEqual([]);
  expect(say('docker-default (complain)')).toEqual(['AppArmor says docker-default (complain), not docker-default']);
  expect(say('')).toEqual(['AppArmor says nothing, not docker-default']);
});

test('a strong guest is refused when the host’s own kernel answers', () => {
  const strong = expectedContainer({ ...SAMPLE_LIMITS, profile: 'strong' });
  expect(faultsOf(readReport(printedReport(SAMPLE_FILES.v1)), strong)).toContain('/ is not served by gVisor');
});

test('a guest that says nothing is nothing that was asked for', () => {
  expect(faultsOf(readReport(''), expectedContainer(SAMPLE_LIMITS)).length).toBeGreaterThan(15);
});
