import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDashboardScene, PHONE, type DashboardScene, type OpenOptions } from './dashboard-scene.ts';
import { tellIncidents } from './tell-incidents.ts';
import { tellSetUp } from './tell-set-up.ts';
import { tellHistory, tellRunning, tellWhole } from './stories.ts';

const FOLDER = join(import.meta.dirname, '../../.astraforge/screenshots');
const README_FOLDER = join(import.meta.dirname, '../../docs/images');
/** Runs that lists have to show, and how far apart: as many as fill the month that the overview begins with. */
const RUNS = 90;
const EVERY_HOURS = 7.6;

const LOOKS = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { colorScheme: 'light', viewport: PHONE }],
] as const;

/** Puts runs of every kind on record; gives the address of each page by its name. */
async function seed(scene: DashboardScene): Promise<Readonly<Record<string, string>>> {
  await tellHistory(scene.api, RUNS, EVERY_HOURS);
  const { first } = await tellWhole(scene.api);
  const running = await tellRunning(scene.api);
  const { begun } = await tellIncidents(scene.api, first);
  const run = `/runs/${first.run.id}`;
  return {
    overview: '/',
    runs: '/runs',
    run,
    'run-at-work': `/runs/${running.run.id}`,
    'run-changes': `${run}?tab=changes`,
    'run-answer': `${run}?tab=answer`,
    'run-asked': `${run}?tab=asked`,
    'run-commands': `${run}?tab=checks`,
    request: `/requests/${first.request.id}`,
    changes: '/changes',
    incidents: '/incidents',
    incident: `/incidents/${begun.id}`,
    sessions: '/sessions',
    settings: '/settings',
  };
}

async function take(scene: DashboardScene, path: string, how: { window: OpenOptions; file: string }): Promise<void> {
  const { page, ready } = await scene.open(path, how.window);
  await ready();
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.screenshot({ path: how.file });
  await page.context().close();
}

/** The two that README.md shows. */
async function takeForReadme(scene: DashboardScene, paths: Readonly<Record<string, string>>): Promise<void> {
  const viewport = { width: 1280, height: 660 };
  await mkdir(README_FOLDER, { recursive: true });
  for (const [name, colorScheme] of [
    ['run', 'light'],
    ['overview', 'dark'],
  ] as const) {
    const file = join(README_FOLDER, `${name}-${colorScheme}.png`);
    await take(scene, paths[name] ?? '/', { window: { colorScheme, viewport }, file });
  }
}

/** Every page in light, in dark and as wide as a phone, as PNG files for people to look at. */
async function main(): Promise<void> {
  await using scene = await openDashboardScene();
  const paths = await seed(scene);
  if (process.argv.includes('--readme')) return await takeForReadme(scene, paths);
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  for (const [look, window] of LOOKS) {
    // As a worker does again and again: what was told long ago does not count.
    await tellSetUp(scene.api);
    for (const [name, path] of Object.entries(paths)) {
      await take(scene, path, { window, file: join(FOLDER, `${name}-${look}.png`) });
    }
  }
  process.stdout.write(`${Object.keys(paths).length * LOOKS.length} pictures in ${FOLDER}\n`);
}

await main();
