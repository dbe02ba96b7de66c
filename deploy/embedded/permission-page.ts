/** What `app.yml` asks for, as GitHub spells it: level by permission, and events. */
export interface Asked {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** One thing the App asks for, and what we do with it. */
interface Explanation {
  readonly what: string;
  readonly why: string;
}

const WHY_PERMISSION: Readonly<Record<string, string>> = {
  metadata: 'To see which branch is the default one and whether the person who asks may write to the repository.',
  contents:
    'To fetch the code, to read .github/astraforge.yml, and to push one new branch per request, astraforge/…, or, when it was ' +
    'cut off, astraforge/…-wip with what was done until then; no existing branch is ever written to. ' +
    'Files under .github/workflows stay out of reach, since the App does not ask for the permission “workflows”.',
  issues:
    'To react with 👀, to keep one progress comment, and to answer on issues; where errors of an error tracker are taken up, to open one issue per incident.',
  pull_requests: 'To open the pull request, and to react, report and answer in pull requests.',
  checks:
    'To show the check run “astraforge” with the live log, the outcome and its buttons, and “astraforge config” on a push of that file.',
  actions: 'To read the end of the logs of failed jobs, when the agent is asked to mend what the CI found.',
  workflows: 'To push changes under .github/workflows, which CHANGE_ALLOW has to name as well.',
};

const WHY_EVENT: Readonly<Record<string, string>> = {
  issue_comment: 'Somebody mentions AstraForge under an issue or in the conversation of a pull request.',
  issues: 'A new issue mentions AstraForge, or one gets a label or an assignee; closing an issue cancels its runs.',
  pull_request:
    'A new pull request mentions AstraForge, gets a label or an assignee, or is to be reviewed; closing one cancels its runs.',
  pull_request_review: 'Somebody mentions AstraForge in the summary of a review.',
  pull_request_review_comment: 'Somebody mentions AstraForge on a line of a diff.',
  check_run: 'Somebody presses a button under the check run “astraforge”, or runs it again.',
  check_suite: 'Somebody runs all checks of AstraForge on a commit again.',
  push: 'Commits on the default branch may change how AstraForge is configured there.',
  delete: 'Somebody deletes a branch that AstraForge works on.',
  repository: 'The repository was renamed or transferred.',
};

const NOT_EXPLAINED = 'app.yml asks for it, and nothing here says why: do not grant it.';

function explain(asked: Asked): { permissions: Explanation[]; events: Explanation[] } {
  return {
    permissions: Object.entries(asked.permissions).map(([name, level]) => ({
      what: `${name}: ${level}`,
      why: WHY_PERMISSION[name] ?? NOT_EXPLAINED,
    })),
    events: asked.events.map((name) => ({ what: name, why: WHY_EVENT[name] ?? NOT_EXPLAINED })),
  };
}

const INTRODUCTION =
  'This is all the App asks for. Every call carries a token for one repository with the one permission it needs, valid for an hour; ' +
  'no token ever enters the room an agent works in.';

/** The explanation for a terminal. */
export function permissionText(asked: Asked): string {
  const { permissions, events } = explain(asked);
  const list = (items: readonly Explanation[]) => items.map(({ what, why }) => `  ${what}\n      ${why}`);
  return ['Permissions:', ...list(permissions), 'Events:', ...list(events)].join('\n');
}

/** The explanation as a page, in the style sheet of Probot's own pages. */
export function permissionPage(asked: Asked): string {
  const { permissions, events } = explain(asked);
  const list = (items: readonly Explanation[]) =>
    items.map(({ what, why }) => `<dt><code>${what}</code></dt><dd class="mb-3">${why}</dd>`).join('\n');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Permissions | AstraForge</title>
<link rel="stylesheet" href="/probot/static/primer.css">
</head>
<body class="bg-gray-light">
<main class="container-md box-shadow rounded-2 border p-6 my-6 bg-white">
<h1>What the App may do</h1>
<p>${INTRODUCTION}</p>
<h2>Permissions</h2>
<dl>
${list(permissions)}
</dl>
<h2>Events it hears of</h2>
<dl>
${list(events)}
</dl>
<p><a href="/probot">Back to the set-up</a></p>
</main>
</body>
</html>`;
}
