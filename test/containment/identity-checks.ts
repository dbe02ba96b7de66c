import { checksOf } from './check.ts';
import type { Check } from './check.ts';

const COMMON = { category: 'capabilities and namespaces', threats: ['T15'], control: 'loose' } as const;
const SOL_SOCKET = 1;
const SO_MARK = 36;
const IPPROTO_IP = 0;
const IP_TRANSPARENT = 19;

/** What a user without any capability cannot do, and parts of the host that are not shared. */
export const IDENTITY_CHECKS: readonly Check[] = checksOf(COMMON, [
  ['capabilities.permitted', ['capability_set', 'CapPrm']],
  ['capabilities.effective', ['capability_set', 'CapEff']],
  ['capabilities.bounding', ['capability_set', 'CapBnd']],
  ['privileges.no-new', ['may_gain_privileges'], { control: 'ordinary' }],
  ['privileges.setuid-su', ['setuid_program', '/usr/bin/su'], { control: 'ordinary' }],
  ['privileges.filter', ['unfiltered']],
  ['become.user', ['become', 'user']],
  ['become.group', ['become', 'group']],
  ['become.groups', ['become', 'groups']],
  ['file.give-away', ['change_file', 'give away']],
  ['file.capability', ['change_file', 'file capability']],
  ['file.device', ['change_file', 'device']],
  ['file.foreign-mode', ['change_file', 'foreign mode']],
  ['file.foreign-time', ['change_file', 'foreign time']],
  ['file.shadow', ['open_for_reading', '/etc/shadow']],
  ['socket.raw-v4', ['raw_socket', 'AF_INET']],
  ['socket.raw-v6', ['raw_socket', 'AF_INET6']],
  ['socket.mark', ['socket_option', SOL_SOCKET, SO_MARK]],
  ['socket.transparent', ['socket_option', IPPROTO_IP, IP_TRANSPARENT]],
  ['socket.credentials', ['forge_credentials']],
  ['interface.configure', ['set_interface']],
  ['root.change', ['chroot']],
  ['priority.raise', ['raise_priority']],
  ['limit.descriptors', ['take_limit', 'RLIMIT_NOFILE', 8_192]],
  ['limit.core', ['take_limit', 'RLIMIT_CORE', 1_000_000]],
  ['namespace.pid', ['kernel_threads']],
  ['namespace.pid-neighbour', ['process_with', '$canary']],
  ['namespace.net', ['interfaces']],
  ['namespace.net-routes', ['routes']],
  ['namespace.ipc', ['shared_memory', '$sharedMemoryKey']],
  ['namespace.uts', ['host_name', '$hostName']],
  ['namespace.cgroup', ['group_path']],
]);
