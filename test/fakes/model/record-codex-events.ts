// Writes every recording to test/fixtures/codex-events. To be run by hand when the Codex version or a scenario changes:
//   node --import tsx test/fakes/model/record-codex-events.ts
// The runs are confined, so that the paths in the recordings are those of a workspace and not of this machine.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openDemoWorkspace } from './demo-workspace.ts';
import { RECORDINGS, recordingFile, type Recording } from './recordings.ts';
import { runCodex } from './run-codex.ts';
import { startScriptedModel } from './scripted-model.ts';

const PROMPT = 'Please fix the failing test.\n';

async function record({ name, scenario, slug }: Recording): Promise<void> {
  await using demo = await openDemoWorkspace();
  await using model = await startScriptedModel({ scenario });
  const run = await runCodex({ model, demo, prompt: PROMPT, slug, confined: true });
  if (model.unexpected.length > 0) throw new Error(`recording ${name}: ${model.unexpected.join('\n')}`);
  await writeFile(fileURLToPath(recordingFile(name)), run.lines.map((line) => `${line}\n`).join(''));
}

for (const recording of RECORDINGS) await record(recording);
