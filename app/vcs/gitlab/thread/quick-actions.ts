/**
 * A line that GitLab takes for a command: a slash at its beginning, a word, and a space or the line's end. Which words
 * there are depends on version and plan, so all count. Source:
 * https://docs.gitlab.com/user/project/quick_actions/ (a backslash or code keeps GitLab from acting).
 */
const COMMAND_LINE = /^([ \t]*)\/(?=[a-z_]+(?:\s|$))/gim;

/**
 * Text in which nothing is a quick action any more: GitLab would carry out `/merge` or `/assign` of a note or
 * description in the name of its author, who is our account, while the words are a model's or a stranger's. In Markdown
 * an escaped slash looks like any other.
 */
export function withoutQuickActions(text: string): string {
  return text.replace(COMMAND_LINE, String.raw`$1\/`);
}
