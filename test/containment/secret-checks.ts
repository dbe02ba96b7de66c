import { checksOf } from './check.ts';
import type { Check } from './check.ts';

const COMMON = { category: 'secrets', threats: ['T10', 'T11'], control: 'loose' } as const;
/** Words that a leak would show; each is somewhere on the host and, by mistake, in the control. */
const WORDS = ['$canary', '$environmentCanary', '$fileCanary'] as const;

/** Places where people and programs keep keys. */
export const SECRET_PLACES = [
  '/root/.ssh/id_ed25519',
  '/root/.aws/credentials',
  '/root/.docker/config.json',
  '/root/.kube/config',
  '/root/.netrc',
  '/root/.git-credentials',
  '/root/.npmrc',
  '/root/.config/gcloud/application_default_credentials.json',
  '/root/.codex/auth.json',
  '/home/agent/.codex/auth.json',
  '/home/agent/.git-credentials',
  '/home/agent/.netrc',
  '/var/run/secrets/kubernetes.io/serviceaccount/token',
  '/run/secrets/model-key',
  '/etc/astraforge/app.pem',
] as const;

/** No secret of the host, of a platform or of a model is anywhere inside, in any usual form. */
export const SECRET_CHECKS: readonly Check[] = checksOf(COMMON, [
  ...SECRET_PLACES.map((path) => [`place.${path}`, ['open_for_reading', path]] as const),
  ['environment.words', ['environment_holds', ...WORDS]],
  ['environment.names', ['environment_has', 'KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|DATABASE_URL|REDIS_URL']],
  ['environment.proxy-token', ['environment_has', '^(?:OPENAI|AZURE|ANTHROPIC|GITHUB|AWS|DOCKER)_']],
  ['processes.environment', ['processes_hold', 'environ', ...WORDS]],
  ['processes.arguments', ['processes_hold', 'cmdline', ...WORDS]],
  ['processes.memory', ['memory_holds', ...WORDS]],
  ['files.everywhere', ['files_hold', '/', ...WORDS], { seconds: 30 }],
  ['files.etc', ['files_hold', '/etc', ...WORDS]],
  ['files.run', ['files_hold', '/run', ...WORDS]],
  ['git.configuration', ['output_holds', 'git config --list --show-origin', ...WORDS]],
  [
    'git.credential',
    [
      'output_holds',
      'printf "protocol=https\\nhost=github.com\\n\\n" | GIT_TERMINAL_PROMPT=0 timeout 5 git credential fill',
      ...WORDS,
    ],
  ],
  ['npm.configuration', ['output_holds', 'cat ~/.npmrc /root/.npmrc', ...WORDS]],
  ['mounts.secrets', ['mounts_mention', ...SECRET_PLACES]],
]);
