import { spawn } from 'node:child_process';

const COMPLAINT_CHARACTERS = 2_000;

/** Runs a program to its end and returns what it printed. Throws with its complaint when it fails. */
export async function runCommand(program: string, args: readonly string[], stdin?: string): Promise<string> {
  const child = spawn(program, args, { stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  let [printed, complaint] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')));
  child.stderr?.on(
    'data',
    (chunk: Buffer) => (complaint = `${complaint}${chunk.toString('utf8')}`.slice(-COMPLAINT_CHARACTERS)),
  );
  child.stdin?.end(stdin);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${complaint.trim() || `exit code ${code}`}`);
  return printed;
}
