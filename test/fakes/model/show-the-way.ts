import { say, shell, type Scenario } from './scenario.ts';

const NOTE = 'ASTRAFORGE-DEMO.md';

/**
 * For a repository and a prompt no script can know: looks around, leaves a note, says so. It shows the way a request
 * takes, honestly, when there is no key for a model that understands it.
 */
export const showTheWay: Scenario = {
  name: 'showTheWay',
  steps: [
    { items: [say('I will look at the repository.'), shell('git log --oneline -5; git ls-files | head -40')] },
    {
      items: [
        shell(
          `printf '%s\\n' '# Left by the AstraForge demo' '' 'The scripted model wrote this file: without OPENAI_API_KEY nobody read the prompt.' > ${NOTE} && git status --short`,
        ),
      ],
    },
    {
      expect: new RegExp(NOTE.replaceAll('.', '\\.')),
      items: [
        say(
          `Without a key for a real model I cannot understand the request. I added \`${NOTE}\`, so that the whole way can be seen. Set OPENAI_API_KEY to have the work done.`,
        ),
      ],
    },
  ],
};
