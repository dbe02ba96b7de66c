import { accessSync } from 'node:fs';
import { KubeConfig, ServerConfiguration, createConfiguration } from '@kubernetes/client-node';
import type { Configuration } from '@kubernetes/client-node';
import { AppError } from '#core/domain/errors.ts';

/** One call may take this long; watches and commands have their own limits. */
const CALL_TIMEOUT_MS = 20_000;

/**
 * Reads a kubeconfig file, or without one the service account of the pod this runs in. Throws AppError `unavailable` when there
 * is neither.
 */
export function loadConfig(path: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    if (path === undefined) config.loadFromCluster();
    else config.loadFromFile(path);
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error('the configuration names no current cluster');
    // Outside of a pod the client makes up a cluster instead of saying that there is none.
    if (cluster.caFile !== undefined) accessSync(cluster.caFile);
    return config;
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'No cluster is configured. Run in a pod with a service account, or set KUBECONFIG to a file that names one.',
      { cause },
    );
  }
}

/** As the client makes it itself, and with a limit on every call: it has none of its own. */
export function apiConfiguration(config: KubeConfig): Configuration {
  const server = config.getCurrentCluster()?.server ?? '';
  return createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (context) => {
          context.setSignal(AbortSignal.timeout(CALL_TIMEOUT_MS));
          return context;
        },
        post: async (context) => context,
      },
    ],
  });
}
