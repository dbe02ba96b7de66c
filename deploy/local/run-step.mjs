import { spawn } from 'node:child_process';

const HEARTBEAT_MS = 10_000;
const OUTPUT_KEPT_CHARS = 8_000;

/**
 * Runs one step of the set-up and says so: a line at its start, one every 10 s, one at its end. Its own output is shown only
 * when it fails. `step` is { title, program, args, cwd, env, timeoutMs, remedy }; the error names the title and the remedy.
 */
export async function runStep(step) {
  const { title, program, args, cwd, env, timeoutMs, remedy } = step;
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  process.stdout.write(`${title} …\n`);
  const heartbeat = setInterval(() => process.stdout.write(`  still at it, ${seconds()} s\n`), HEARTBEAT_MS);
  try {
    const { code, output } = await finished(
      spawn(program, args, { cwd, env, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    if (code !== 0) throw new Error(`${title} failed after ${seconds()} s (exit code ${code}).\n${output}\n${remedy}`);
    process.stdout.write(`  done in ${seconds()} s\n`);
  } finally {
    clearInterval(heartbeat);
  }
}

function finished(child) {
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-OUTPUT_KEPT_CHARS);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: error.code, output: error.message }));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
