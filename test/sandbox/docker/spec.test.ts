import { expect, test } from 'vitest';
import { containerSpec } from '../../../sandbox/docker/spec.ts';
import { GUEST_ENV } from '../../../sandbox/guest-layout.ts';
import { SAMPLE_LIMITS } from '../verify/sample.ts';

const PLAN = { name: 'astraforge-x', labels: { a: 'b' }, imageId: `sha256:${'0'.repeat(64)}`, socketDirectory: '/s' };
/** Fields of an engine's `HostConfig` that would open a wall; none may ever be set. */
const NEVER = [
  'Binds',
  'Privileged',
  'CapAdd',
  'Devices',
  'DeviceRequests',
  'PidMode',
  'UTSMode',
  'UsernsMode',
  'ExtraHosts',
  'Dns',
  'Links',
  'PortBindings',
  'PublishAllPorts',
  'VolumesFrom',
  'GroupAdd',
  'Sysctls',
  'MaskedPaths',
  'ReadonlyPaths',
  'DeviceCgroupRules',
  'CgroupParent',
];

test('nothing that opens a wall is ever asked for', () => {
  const { HostConfig: host = {}, ...container } = containerSpec(PLAN, SAMPLE_LIMITS);
  expect(Object.keys(host).filter((key) => NEVER.includes(key))).toEqual([]);
  expect(Object.keys(container).filter((key) => ['Volumes', 'ExposedPorts', 'Shell'].includes(key))).toEqual([]);
  expect(container.Healthcheck).toEqual({ Test: ['NONE'] });
  expect(host.Mounts).toEqual([{ Type: 'bind', Source: '/s', Target: '/run/astraforge', ReadOnly: true }]);
});

test('the whole environment is the guest’s own, whatever this process has', () => {
  process.env['ASTRAFORGE_TEST_CANARY'] = 'canary-of-the-host';
  const spec = containerSpec(PLAN, SAMPLE_LIMITS);
  expect(JSON.stringify(spec)).not.toContain('canary-of-the-host');
  expect(spec.Env?.map((line) => line.split('=')[0])).toEqual(Object.keys(GUEST_ENV));
});

test('the profile of gVisor is another runtime and nothing less', () => {
  const { HostConfig: standard = {} } = containerSpec(PLAN, SAMPLE_LIMITS);
  const { HostConfig: strong = {} } = containerSpec(PLAN, { ...SAMPLE_LIMITS, profile: 'strong' });
  expect(strong).toEqual({ ...standard, Runtime: 'runsc' });
  expect(standard.Runtime).toBeUndefined();
});

test('AppArmor is named only where the engine has it', () => {
  const named = (appArmor: boolean): string[] =>
    containerSpec(PLAN, { ...SAMPLE_LIMITS, appArmor }).HostConfig?.SecurityOpt ?? [];
  expect(named(true)).toContain('apparmor=docker-default');
  expect(named(false).filter((option) => option.startsWith('apparmor'))).toEqual([]);
});

test('no memory beyond the limit by way of swap, and no limit is missing', () => {
  const { HostConfig: host = {} } = containerSpec(PLAN, SAMPLE_LIMITS);
  expect(host).toMatchObject({
    ReadonlyRootfs: true,
    NetworkMode: 'none',
    IpcMode: 'private',
    CgroupnsMode: 'private',
    CapDrop: ['ALL'],
    PidsLimit: 256,
    Memory: 512 * 1024 * 1024,
    MemorySwap: 512 * 1024 * 1024,
    NanoCpus: 500_000_000,
    RestartPolicy: { Name: 'no' },
  });
  for (const options of Object.values(host.Tmpfs ?? {})) expect(options).toMatch(/nosuid,nodev,size=\d+,nr_inodes=\d+/);
});
