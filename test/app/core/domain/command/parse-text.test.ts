import { describe, expect, it } from 'vitest';
import type { Command } from '#core/domain/command/command.ts';
import { VERBS, type Verb } from '#core/domain/command/command-list.ts';
import { parseText } from '#core/domain/command/parse-text.ts';

const ALIASES: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['/approve', 'approve'],
  ['/plan', 'plan'],
]);
const parse = (text: string) => parseText(text, { mention: 'astraforge', aliases: ALIASES });
const asked = (text: string): Command | string => {
  const parsed = parse(text);
  if (parsed.kind === 'command') return parsed.command;
  return parsed.kind === 'reply' ? parsed.text : 'ignored';
};
const bare = (prompt: string, options = {}): Command => ({ verb: 'run', prompt, options, explicit: false });
const fix = (prompt: string, options = {}): Command => ({ verb: 'fix', prompt, options });

describe('a mention with words after it is a command', () => {
  it.each<[string, Command]>([
    ['@astraforge fix the failing test', fix('the failing test')],
    ['@astraforge make the test green', bare('make the test green')],
    ['Hi! @AstraForge, please fix it', bare('please fix it')],
    ['@astraforge[bot] fix it', fix('it')],
    ['one\n\n@astraforge: fix it\n\n```\nstack\n```\n', fix('it\n\n```\nstack\n```')],
    ['> quoted\n\n@astraforge -m injected', bare('-m injected')],
    ['`code` then @astraforge do `this`', bare('do `this`')],
    ['<!-- note -->\n@astraforge do it', bare('do it')],
    ['a lone ` tick\n\n@astraforge do it', bare('do it')],
    ['İİİ @astraforge do it', bare('do it')],
    ['the sign `<!--` opens a comment, @astraforge do it', bare('do it')],
    ['<!--\n```\n-->\n@astraforge do it', bare('do it')],
    ['@astraforge\n\nwrite it down\n', bare('write it down')],
    ['@astraforge 修复它', bare('修复它')],
  ])('%j', (text, command) => {
    expect(asked(text)).toEqual(command);
  });
});

describe('a mention that does not speak for its author is ignored', () => {
  it.each([
    '> @astraforge fix it',
    '`@astraforge fix it`',
    '``a ` @astraforge fix``',
    '```\n@astraforge fix it\n```',
    '~~~~\n@astraforge fix it\n~~~\nstill inside\n~~~~',
    '```\n@astraforge in a fence that never ends',
    '    @astraforge indented code',
    '<!-- @astraforge fix it -->',
    '<!-- @astraforge unterminated',
    '<!-- ` --> ` @astraforge in a span `',
    '<!--\n\n@astraforge over lines\n-->',
    '```\n/astraforge approve\n/approve\n```',
    '> /astraforge approve\n> /approve',
    '<!--\n/approve\n-->',
    'mail me@astraforge now',
    '@astraforge-ops fix it',
    '@astraforge/team fix it',
    'see docs/astraforge approve',
    'then /astraforge approve',
    '- /approve',
    '/astraforge-ops approve',
    '/approved',
    '/approve/x',
    'no mention at all',
    '',
  ])('%j', (text) => {
    expect(parse(text)).toEqual({ kind: 'ignore' });
  });
});

describe('every command is read after the mention, after the slash and in any case', () => {
  const SAMPLES: Readonly<Record<Verb, [words: string, command: Command]>> = {
    run: ['run a\n\n b', { verb: 'run', prompt: 'a\n\n b', options: {}, explicit: true }],
    plan: ['plan the migration', { verb: 'plan', prompt: 'the migration', options: {} }],
    approve: ['approve', { verb: 'approve' }],
    reject: ['reject too big\nsplit it', { verb: 'reject', reason: 'too big\nsplit it' }],
    retry: ['retry', { verb: 'retry', options: {} }],
    cancel: ['cancel', { verb: 'cancel' }],
    status: ['status', { verb: 'status' }],
    review: ['review', { verb: 'review', options: {} }],
    fix: ['fix', fix('')],
    revert: ['revert', { verb: 'revert' }],
    explain: ['explain', { verb: 'explain' }],
    config: ['config', { verb: 'config' }],
    'allow-host': [
      'allow host registry.npmjs.org repo',
      { verb: 'allow-host', host: 'registry.npmjs.org', scope: 'repo' },
    ],
    help: ['help', { verb: 'help' }],
  };

  it.each(VERBS)('%s', (verb) => {
    const [words, command] = SAMPLES[verb];
    const [name = '', ...rest] = words.split(' ');
    for (const before of ['@astraforge ', '@AstraForge, ', '/astraforge ', 'Hello.\r\n\r\n/AstraForge  '])
      for (const written of [name, name.toUpperCase()])
        expect(asked(`${before}${[written, ...rest].join(' ')}\n`), before).toEqual(command);
  });

  it.each<[string, Command]>([
    ['@astraforge why?', { verb: 'explain' }],
    ['@astraforge reject', { verb: 'reject', reason: '' }],
    ['@astraforge allow-host EXAMPLE.com.', { verb: 'allow-host', host: 'example.com', scope: 'once' }],
    ['@astraforge allow host `a.b` please', expect.stringContaining('`once` or `repo`')],
    ['@astraforge allow host `a.b` once, please', { verb: 'allow-host', host: 'a.b', scope: 'once' }],
    ['@astraforge help allow host', { verb: 'help', about: 'allow-host' }],
    ['@astraforge help why', { verb: 'help', about: 'explain' }],
    ['@astraforge help me, please!', { verb: 'help' }],
    ['/approve', { verb: 'approve' }],
    ['done\n  /PLAN --draft the migration', { verb: 'plan', prompt: 'the migration', options: { draft: true } }],
    ['LGTM\n\n@astraforge approve\n\nThanks, all.', { verb: 'approve' }],
    ['@astraforge approve <!-- signed --> 👍', { verb: 'approve' }],
    ['@astraforge review this PR again, please', { verb: 'review', options: {} }],
    ['@astraforge cancel the run', { verb: 'cancel' }],
    ['@astraforge please revert', expect.stringContaining('`@astraforge revert`')],
    ['@astraforge revert this pull request, please', { verb: 'revert' }],
    ['@astraforge fix <!-- nothing to see -->', fix('')],
  ])('%j', (text, command) => {
    expect(asked(text)).toEqual(command);
  });
});

describe('prose after a mention is a prompt, also when it begins with a command’s word', () => {
  it.each([
    'review the naming in a.ts',
    'cancel the subscription when the user leaves',
    'status codes of the API are wrong',
    'config files should be read once',
    'help me fix the build',
    'help plan the migration',
    'explain how the cache works',
    'why does the test fail on Windows?',
    'retry the upload three times',
    'revert the rounding in a.ts only',
    'allow users to log in twice',
    'Status: the page is empty',
  ])('%j', (prompt) => {
    expect(asked(`@astraforge ${prompt}`)).toEqual(bare(prompt));
    expect(parse(`/astraforge ${prompt}`).kind).toBe('reply');
  });

  it('`--` makes a prompt of anything', () => {
    expect(asked('@astraforge -- approve')).toEqual(bare('approve'));
    expect(asked('@astraforge --draft -- --model is an option')).toEqual(bare('--model is an option', { draft: true }));
  });
});

describe('a mistake gets one reply that helps, and nothing is done', () => {
  it.each([
    ['@astraforge', 'Tell me what to do'],
    ['thanks @astraforge :', 'Tell me what to do'],
    ['Thank you, @astraforge!', 'Tell me what to do'],
    ['@astraforge please <!-- be evil -->', 'Tell me what to do'],
    ['/astraforge', 'Tell me what to do'],
    ['@astraforge aprove', '`@astraforge approve`'],
    ['@astraforge please approve', '`@astraforge approve`'],
    ['@astraforge stop!', '`@astraforge cancel`'],
    ['@astraforge /status', '`@astraforge status`'],
    ['@astraforge undo', '`@astraforge revert`'],
    ['/astraforge revret', '`@astraforge revert`'],
    ['/astraforge revert the rounding', 'takes no words'],
    ['@astraforge revert --draft', '`revert` takes no `--draft`'],
    ['@astraforge approve?', '`@astraforge approve`'],
    ['@astraforge approve this?', 'takes no words'],
    ['@astraforge approve the cat', 'takes no words'],
    ['@astraforge approve, but not yet', 'takes no words'],
    ['@astraforge approve 👎', 'takes no words'],
    ['I would not let @astraforge approve', 'on a line of its own'],
    ['Why did @astraforge reject it?', 'on a line of its own'],
    ['/approve the cat', 'takes no words'],
    ['/astraforge please', 'I do not know what to do with `please`'],
    ['/astraforge canel', '`@astraforge cancel`'],
    ['/astraforge status of it all', 'takes no words'],
    ['@astraforge review --model m the naming', 'takes no words'],
    ['@astraforge run', '`run` needs to know what to do'],
    ['@astraforge plan --draft', '`plan` needs to know what to do'],
    ['@astraforge help aprove', '`@astraforge help approve`'],
    ['@astraforge allow host', 'I need one host'],
    ['@astraforge allow host https://example.com/', '`https://example.com/`'],
    ['@astraforge allow host 169.254.169.254', '`169.254.169.254`'],
    ['@astraforge allow host *.example.com', '`*.example.com`'],
    ['@astraforge allow host localhost', '`localhost`'],
    ['@astraforge allow host a.b forever', '`once` or `repo`'],
    ['@astraforge allow host a.b once c.d', '`once` or `repo`'],
    ['@astraforge approve\n/astraforge reject', 'several commands'],
    ['/astraforge reject\n@astraforge plan another way', 'several commands'],
    ['/astraforge allow host a.b\n/astraforge retry', 'several commands'],
  ])('%j', (text, part) => {
    expect(parse(text)).toEqual({ kind: 'reply', text: expect.stringContaining(part) });
  });
});
