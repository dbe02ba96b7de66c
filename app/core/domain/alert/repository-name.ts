import { TRACKING_HOSTS } from './source.ts';

/** Takes `github:owner/name` apart, as sources of alerts are configured and incidents are recorded. */
export function splitRepository(repository: string): {
  readonly provider: (typeof TRACKING_HOSTS)[number];
  readonly name: string;
} {
  const at = repository.indexOf(':');
  const provider = TRACKING_HOSTS.find((one) => one === repository.slice(0, at)) ?? 'github';
  return { provider, name: repository.slice(at + 1) };
}
