/** How many different repositories and people there are among the runs of {@link fillRuns}; the first ones have most. */
const REPOSITORIES = 200;
const PEOPLE = 500;
export const RUN_EVERY_SEC = 60;

/**
 * Statements that make `count` settled requests with one run each, the newest just now and each a minute before the next. Half
 * of them are of repository 1 and of person 1, one in 5,000 waits for approval, one in 20 was asked for elsewhere.
 */
export function fillRuns(count: number): readonly string[] {
  /** A digest with version and variant of a random UUID, which ids of ours have. */
  const id = (kind: string): string =>
    `overlay(overlay(md5('${kind}' || i) placing '4' from 13) placing '8' from 17)::uuid`;
  const series = `generate_series(1, ${count}) as i`;
  const createdAt = `date_trunc('second', now()) - (${count} - i) * interval '${RUN_EVERY_SEC} seconds'`;
  const repository = `(case when i % 2 = 0 then 1 else 2 + (i / 2) % ${REPOSITORIES - 1} end)`;
  const person = `(case when i % 4 < 2 then 1 else 2 + (i / 4) % ${PEOPLE - 1} end)`;
  const status = `(case when i % 5000 = 17 then 'awaiting_approval' when i % 10 = 3 then 'failed' when i % 25 = 4 then 'cancelled'
    when i % 7 = 5 then 'unchanged' else 'succeeded' end)`;
  const usage = `'{"inputTokens":1000,"cachedInputTokens":0,"outputTokens":100,"reasoningTokens":0}'`;
  const change = `case when i % 3 = 0 then jsonb_build_object('number', i, 'url', 'https://git.example/pull/' || i) end`;
  return [
    `insert into delivery (id, provider, guid, event, body_sha256, settled_at, outcome)
     select ${id('d')}, 'github', 'g' || i, 'issue_comment', md5('x' || i) || md5('y' || i), now(), 'submitted' from ${series}`,
    `insert into request (id, delivery_id, provider, installation_id, repo_id, repo_owner, repo_name, thread_kind, thread_number,
       thread_title, thread_body, trigger, requester_id, requester_login, requester_bot, prompt, state, base_ref, base_sha, version,
       log_length, created_at, updated_at, reported_version)
     select ${id('q')}, ${id('d')}, 'github', 1, ${repository}, 'octo', 'tool-' || ${repository}, 'issue', i,
       'It fails', 'See the log.', '{"kind":"thread"}', ${person}, 'person-' || ${person}, false, 'fix it', 'DONE', 'main',
       repeat('a', 40), 1, 0, ${createdAt}, ${createdAt}, 1 from ${series}`,
    `insert into run (id, request_id, provider, repo_id, requester_id, source, status, usage, commands, change, cost_usd, created_at,
       started_at, finished_at, updated_at)
     select ${id('r')}, ${id('q')}, 'github', ${repository}, ${person},
       case when i % 20 = 6 then 'elsewhere' when i % 2 = 0 then 'github' end, ${status}, ${usage}, '[]', ${change}, 0.1, ${createdAt},
       ${createdAt}, case when ${status} <> 'awaiting_approval' then ${createdAt} + interval '50 seconds' end, ${createdAt}
     from ${series}`,
  ];
}
