import type { Hono } from 'hono';

/** Something a process cannot work without; `check` resolves when it answers. */
export interface Dependency {
  readonly name: string;
  check(): Promise<void>;
}

const CHECK_TIMEOUT_MS = 2_000;
/** Anybody may ask; what is behind is asked at most this often. */
const REMEMBERED_MS = 1_000;

/** The answer of a check, remembered for a moment and shared by all who ask meanwhile. */
function remembered(dependency: Dependency): () => Promise<boolean> {
  let asked: { at: number; answer: Promise<boolean> } | undefined;
  return () => {
    const now = performance.now();
    if (asked === undefined || now - asked.at > REMEMBERED_MS) asked = { at: now, answer: answers(dependency) };
    return asked.answer;
  };
}

async function answers(dependency: Dependency): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  });
  const answered = dependency.check().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

/**
 * `GET /healthz`: 200 while the process serves. `GET /readyz`: 200 with `{ready: true, dependencies: {name: 'ok'}}`
 * when everything it needs answers within 2 s, else 503 naming what is `down`; 503 too once it drains.
 */
export function healthRoutes(
  server: Hono,
  deps: { dependencies: readonly Dependency[]; draining: () => boolean },
): void {
  const checks = deps.dependencies.map((each) => [each.name, remembered(each)] as const);
  server.get('/healthz', (context) => context.json({ status: 'ok' }));
  server.get('/readyz', async (context) => {
    const states = await Promise.all(
      checks.map(async ([name, answer]) => [name, (await answer()) ? 'ok' : 'down'] as const),
    );
    const ready = !deps.draining() && states.every(([, state]) => state === 'ok');
    return context.json(
      { ready, draining: deps.draining(), dependencies: Object.fromEntries(states) },
      ready ? 200 : 503,
    );
  });
}
