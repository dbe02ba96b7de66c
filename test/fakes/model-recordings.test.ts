import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openDemoWorkspace } from './model/demo-workspace.ts';
import { RECORDINGS, recordingFile } from './model/recordings.ts';
import { runCodex } from './model/run-codex.ts';
import { startScriptedModel } from './model/scripted-model.ts';

const CODEX_TIMEOUT_MS = 90_000;

const EventLine = z.looseObject({
  type: z.string(),
  item: z.looseObject({ type: z.string(), status: z.string().optional() }).optional(),
});

/** What a line says without its ids, paths and texts: types, status, and the names of all fields. */
function shapeOf(line: string): string {
  const event = EventLine.parse(JSON.parse(line));
  const names = [...Object.keys(event), ...Object.keys(event.item ?? {})].join(',');
  return [event.type, event.item?.type, event.item?.status, names].filter((part) => part !== undefined).join(' ');
}

describe('the recorded events of Codex', { timeout: CODEX_TIMEOUT_MS }, () => {
  test.each(RECORDINGS)('$name: Codex still says this, line by line', async ({ name, scenario, slug }) => {
    await using demo = await openDemoWorkspace();
    await using model = await startScriptedModel({ scenario });
    const recorded = (await readFile(recordingFile(name), 'utf8')).trimEnd().split('\n');
    const { lines } = await runCodex({ model, demo, prompt: 'Please fix the failing test.\n', slug });
    expect(model.unexpected).toEqual([]);
    expect(lines.map(shapeOf)).toEqual(recorded.map(shapeOf));
  });
});
