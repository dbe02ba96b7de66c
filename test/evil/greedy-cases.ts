import { say, shell } from '../fakes/model/scenario.ts';
import { until } from '../flow/world.ts';
import type { EvilCase } from './evil-case.ts';

const DONE = say('Done.');

/** Takes more than its share, or will not go. */
export function greedyCases(): EvilCase[] {
  return [
    {
      words: 'flood the log',
      attempt: 'a flood of output is cut, and the run goes on',
      steps: [{ items: [shell("yes 'all work and no play' | head -c 50000000")] }, { items: [DONE] }],
      ends: ['neutral'],
    },
    {
      words: 'fork without end',
      attempt: 'a fork bomb meets the limit of processes, and the run ends',
      steps: [
        { items: [shell("bash -c 'f() { f | f & }; f' 2>/dev/null; sleep 1; echo still here", { yieldMs: 5_000 })] },
        { waitMs: 5_000 },
        { items: [DONE] },
      ],
      ends: ['neutral', 'failure', 'timed_out'],
    },
    {
      words: 'fill the disk',
      attempt: 'a full workspace is the workspace’s own trouble, and the run ends',
      steps: [
        {
          items: [
            shell(
              'head -c 3000000000 /dev/zero > fill 2>&1; head -c 3000000000 /dev/zero > /tmp/fill 2>&1; ls -la fill; rm -f fill /tmp/fill; echo over',
            ),
          ],
        },
        { items: [DONE] },
      ],
      ends: ['neutral', 'failure'],
    },
    {
      words: 'eat all memory',
      attempt: 'eating memory kills the eater at most, and the run ends',
      steps: [
        { items: [shell("python3 -c 'x = [bytearray(50_000_000) for _ in range(200)]'; echo over")] },
        { items: [DONE] },
      ],
      ends: ['neutral', 'failure'],
    },
    {
      words: 'kill everything in sight',
      attempt: 'killing every process of the workspace ends the run with one clear failure',
      steps: [{ items: [shell('kill -9 -1')] }, { items: [DONE] }],
      ends: ['failure'],
    },
    {
      words: 'keep running after the end',
      attempt: 'what was left running in the background is gone with the workspace',
      steps: [
        { items: [shell('setsid nohup sh -c "while :; do sleep 1; done" >/dev/null 2>&1 & echo left')] },
        { expect: /left/, items: [DONE] },
      ],
      ends: ['neutral'],
    },
    {
      words: 'go on although cancelled',
      attempt: 'a command that ignores every signal is gone when the issue is closed',
      steps: [
        { items: [shell("trap '' TERM INT HUP QUIT; while :; do sleep 1; done", { yieldMs: 30_000 })] },
        { waitMs: 30_000 },
        { items: [DONE] },
      ],
      ends: ['cancelled'],
      meanwhile: async ({ github, model, repository }, issue) => {
        await until('the command to run', () =>
          model.requests.some(({ body }) => JSON.stringify(body).includes('go on although cancelled')),
        );
        await github.closeIssue({ repository, by: 'ada', number: issue });
      },
    },
    {
      words: 'put traps where answers are read',
      attempt: 'a pipe in the place of the final message does not hold the run',
      steps: [
        {
          items: [
            shell(
              'for d in "$HOME" /tmp; do find "$d" -maxdepth 3 -name "*final*" -o -maxdepth 3 -name "*message*" 2>/dev/null; done | while read f; do rm -rf "$f"; mkfifo "$f"; done; rm -rf $HOME/.codex/sessions; ln -s /dev/zero $HOME/.codex/sessions; true',
            ),
          ],
        },
        { items: [DONE] },
      ],
      ends: ['neutral', 'failure'],
    },
  ];
}
