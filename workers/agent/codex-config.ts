/** What of the configuration depends on the task. */
export interface CodexSettings {
  readonly model: string;
  /** E.g. `low`, `medium`, `high`. */
  readonly reasoningEffort: string;
}

/** Where the model answers inside every guest: the forwarder in front of the run's socket. No key is needed there. */
const MODEL_BASE_URL = 'http://127.0.0.1:8101/v1';

/**
 * The `config.toml` under which Codex 0.169.0 talks to nothing but the proxy, retries a bounded number of times and asks
 * nobody; every line was checked with `--strict-config`. Without a login shell commands keep the guest's PATH. Helpers,
 * goals and bundled skills are off, since their work would not show in the events. The sandbox is the guest itself.
 */
export function codexConfig(settings: CodexSettings): string {
  return `model = ${tomlString(settings.model)}
model_provider = "astraforge-proxy"
model_reasoning_effort = ${tomlString(settings.reasoningEffort)}
approval_policy = "never"
sandbox_mode = "danger-full-access"
allow_login_shell = false
check_for_update_on_startup = false
web_search = "disabled"

[analytics]
enabled = false

[history]
persistence = "none"

[agents]
enabled = false

[features]
apps = false
goals = false
plugins = false
unbounded_connection_retries = false

[skills.bundled]
enabled = false

[tools.update_plan]
enabled = true

[model_providers.astraforge-proxy]
name = "astraforge-proxy"
base_url = ${tomlString(MODEL_BASE_URL)}
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 5
stream_idle_timeout_ms = 300000
`;
}

/** A TOML basic string; JSON's escapes are a subset of TOML's, which wants DEL escaped too (TOML 1.0, "String"). */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}
